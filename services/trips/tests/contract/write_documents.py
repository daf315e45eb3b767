"""Writes what is generated in contract/ and the golden files of what is stored: run it after a change that is meant, and read the difference.

python -m services.trips.tests.contract.write_documents
"""

import json
import tempfile
from pathlib import Path

from chassis.contracts import asyncapi, golden_files, read_contract
from chassis.identity import DevIssuer
from chassis.store.migrate import resource
from services.trips.tests.contract.scenarios import SCENARIOS
from services.trips.tests.contract.stories import stored_events
from services.trips.tests.integration.conftest import World, populate
from trips.service import TripsService


def main() -> None:
    folder = resource("trips", "contract")
    for (type_, name), scenario in SCENARIOS.items():
        target = folder / "examples" / f"{type_}.v1" / f"{name}.json"
        target.write_text(json.dumps(_produced(scenario), ensure_ascii=False, indent=1) + "\n")
    specification = TripsService.web.specification("trips")
    (folder / "openapi.json").write_text(json.dumps(specification, ensure_ascii=False, indent=2) + "\n")
    version = specification["info"]["version"]
    (folder / "asyncapi.yaml").write_text(asyncapi("trips", version, read_contract("trips")))
    golden_files("trips").write(stored_events())


def _produced(scenario):
    with tempfile.TemporaryDirectory() as name:
        world = World(f"sqlite:///{name}/trips.db", DevIssuer(Path(name) / "keys", host="127.0.0.1"))
        populate(world)
        try:
            return scenario(world)
        finally:
            world.app.store.engine.dispose()


if __name__ == "__main__":
    main()
