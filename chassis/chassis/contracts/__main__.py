"""Fixes what services promise as of their next release: python -m chassis.contracts SERVICE…"""

from __future__ import annotations

import sys

from chassis.contracts.released import release


def main(packages: list[str]) -> int:
    """Each package in turn; 1, with the reasons, at the first that breaks an earlier promise."""
    for package in packages:
        try:
            version = release(package)
        except ValueError as error:
            sys.stderr.write(f"{package} is not ready for a release:\n{error}\n")
            return 1
        sys.stdout.write(f"{package} {version}: what it publishes and stores is fixed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
