"""`python -m bench.line.naive trips config.json`: one service as a process, by nameko's own runner.

nameko's command line needs a library that newer Pythons lack; this is the same: patch, add the service, run.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402 - after the patch, as everything else
import sys  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402

from nameko.runners import ServiceRunner  # noqa: E402


def main() -> None:
    name, config = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    runner = ServiceRunner(config)
    runner.add_service(getattr(import_module(f"bench.line.naive.{name}"), f"{name.title()}Service"))
    runner.start()
    runner.wait()


main()
