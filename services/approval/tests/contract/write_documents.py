"""Writes what is generated in contract/ and the golden files of what is stored: run it after a change that is meant, and read the difference.

python -m services.approval.tests.contract.write_documents
"""

import json
import tempfile
from pathlib import Path

from approval.service import ApprovalService
from chassis.contracts import asyncapi, golden_files, read_contract
from chassis.identity import DevIssuer
from chassis.store.migrate import resource
from services.approval.tests.contract.scenarios import SCENARIOS, populate
from services.approval.tests.contract.stories import stored_events
from services.approval.tests.integration.conftest import World


def main() -> None:
    folder = resource("approval", "contract")
    for (type_, name), scenario in SCENARIOS.items():
        target = folder / "examples" / f"{type_}.v1" / f"{name}.json"
        target.write_text(json.dumps(_produced(scenario), ensure_ascii=False, indent=1) + "\n")
    specification = ApprovalService.web.specification("approval")
    (folder / "openapi.json").write_text(json.dumps(specification, ensure_ascii=False, indent=2) + "\n")
    version = specification["info"]["version"]
    (folder / "asyncapi.yaml").write_text(asyncapi("approval", version, read_contract("approval")))
    golden_files("approval").write(stored_events())


def _produced(scenario):
    with tempfile.TemporaryDirectory() as name:
        world = World(f"sqlite:///{name}/approval.db", DevIssuer(Path(name) / "keys", host="127.0.0.1"))
        populate(world)
        try:
            return scenario(world)
        finally:
            world.close()


if __name__ == "__main__":
    main()
