"""All services in one process without the demo municipality: `python -m tests.system.bare FOLDER PORT`.

For tests that bring an organisation and a map of their own; the map lies in FOLDER/routing/maps.
"""

import chassis.patch  # noqa: F401, I001 - before anything that makes sockets or locks

import sys
from pathlib import Path

from chassis.identity import DevIssuer
from chassis.runner import run
from deploy.assembly import PARTS, build_apps

HOST = "127.0.0.1"


def main(folder: Path, port: str) -> int:
    issuer = DevIssuer(folder, host=HOST)
    common = {"HTTP_HOST": HOST, "HTTP_PORT": port, "JWKS": str(issuer.jwks_path)}
    return run([part.service for part in PARTS], {"apps": build_apps(common, folder)})


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
