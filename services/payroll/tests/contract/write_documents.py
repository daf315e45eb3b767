"""Writes what is generated in contract/ and the golden files of what is stored: run it after a change that is meant, and read the difference.

python -m services.payroll.tests.contract.write_documents
"""

import json

from chassis.contracts import asyncapi, golden_files, read_contract
from chassis.store.migrate import resource
from payroll.service import PayrollService
from services.payroll.tests.contract.facts import EVENTS, published
from services.payroll.tests.contract.stories import stored_events


def main() -> None:
    folder = resource("payroll", "contract")
    for (type_, name), event in EVENTS.items():
        place = folder / "examples" / f"{type_}.v1"
        place.mkdir(parents=True, exist_ok=True)
        text = json.dumps(published(event).data, ensure_ascii=False, indent=1)
        (place / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    specification = PayrollService.web.specification("payroll")
    text = json.dumps(specification, ensure_ascii=False, indent=2)
    (folder / "openapi.json").write_text(text + "\n", encoding="utf-8")
    version = specification["info"]["version"]
    (folder / "asyncapi.yaml").write_text(asyncapi("payroll", version, read_contract("payroll")), encoding="utf-8")
    golden_files("payroll").write(stored_events())


if __name__ == "__main__":
    main()
