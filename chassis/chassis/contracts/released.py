"""A release fixes what its service has promised; from then on every change is measured against it.

``contract/released`` holds the published schemas of the last release, ``tests/golden/released.json`` what it stored.
"""

from __future__ import annotations

import json
import shutil
from importlib import import_module

from chassis.app import version_of
from chassis.contracts.compatibility import incompatibilities
from chassis.contracts.stored import GoldenFiles
from chassis.store.migrate import resource

SCHEMA = ".schema.json"


def golden_files(package: str) -> GoldenFiles:
    """The stored events of the service of ``package``, read by its own codec."""
    folder = resource(package, "contract").parent / "tests" / "golden"
    return GoldenFiles(folder, import_module(f"{package}.published").CODEC)


def broken_promises(package: str) -> list[str]:
    """A sentence for each promise of the last release that the published schemas of today do not keep."""
    contract = resource(package, "contract")
    found = []
    for path in sorted((contract / "released").glob(f"*{SCHEMA}")):
        today = contract / "events" / path.name
        current = json.loads(today.read_text(encoding="utf-8")) if today.is_file() else None
        released = json.loads(path.read_text(encoding="utf-8"))
        found += incompatibilities(path.name.removesuffix(SCHEMA), released, current)
    return found


def release(package: str) -> str:
    """Fix the schemas and stored events of today as those of the version the service has, which is given back.

    Nothing is fixed, and ``ValueError`` names the faults, while an earlier promise is broken.
    """
    if faults := broken_promises(package):
        raise ValueError("\n".join(faults))
    version = version_of(f"mileage-{package}")
    golden_files(package).release(version)
    contract = resource(package, "contract")
    shutil.copytree(contract / "events", contract / "released", dirs_exist_ok=True)
    return version
