"""Writes what is generated in contract/ and the golden files of what is stored: run it after a change that is meant, and read the difference.

python -m services.routing.tests.contract.write_documents
"""

import json
import tempfile
from pathlib import Path

from chassis.contracts import asyncapi, golden_files, read_contract
from chassis.store.migrate import resource
from routing.service import RoutingService
from services.routing.tests.contract.requests import REQUESTS
from services.routing.tests.contract.stories import FORGOTTEN, stored_events
from services.routing.tests.integration.conftest import World, give_map
from services.routing.tests.support.building import built
from services.routing.tests.support.tiny_map import write_tiny_map


def main() -> None:
    folder = resource("routing", "contract")
    _write_examples(folder / "examples")
    specification = RoutingService.web.specification("routing")
    (folder / "openapi.json").write_text(json.dumps(specification, ensure_ascii=False, indent=2) + "\n")
    version = specification["info"]["version"]
    (folder / "asyncapi.yaml").write_text(asyncapi("routing", version, read_contract("routing")))


def _write_examples(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        world = World(place, f"sqlite:///{place}/routing.db")
        give_map(world, place / "built", built(write_tiny_map(place / "tiny.osm"), place / "built"))
        world.ask(*({"request_id": one, "profile": "car-fastest", "points": p} for one, p in REQUESTS.items()))
        world.forget(FORGOTTEN)
        for event in world.answers():
            target = folder / f"{event.type}.v1" / f"{event.subject}.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(event.data, ensure_ascii=False, indent=1) + "\n")
        golden_files("routing").write(stored_events(world))
        world.app.close()


if __name__ == "__main__":
    main()
