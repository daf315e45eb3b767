"""A release fixes schemas and stored events together, and only when nothing released before is broken."""

import json
import sys
from dataclasses import dataclass

import pytest

from chassis.contracts import broken_promises, golden_files, released
from chassis.contracts.__main__ import main

SCHEMA = {"title": "tool-lent v1", "type": "object", "required": ["tool"], "properties": {"tool": {"type": "string"}}}
PUBLISHED = """
from dataclasses import dataclass
from chassis.store import EventCodec

@dataclass(frozen=True)
class Lent:
    tool: str

CODEC = EventCodec({"tool-lent": Lent})
"""


@dataclass(frozen=True)
class Service:
    folder: object

    def promise(self, schema, name="tool-lent.v1"):
        (self.folder / "contract" / "events" / f"{name}.schema.json").write_text(json.dumps(schema))


@pytest.fixture
def shed(tmp_path, monkeypatch):
    """A service that lends tools, in version 1.0.0."""
    package = tmp_path / "shed"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "published.py").write_text(PUBLISHED)
    (tmp_path / "contract" / "events").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(released, "version_of", lambda _distribution: "1.0.0")
    service = Service(tmp_path)
    service.promise(SCHEMA)
    from shed.published import Lent

    golden_files("shed").write([("saw", Lent("saw"))])
    yield service
    for name in ("shed", "shed.published"):
        sys.modules.pop(name, None)


def test_before_the_first_release_every_schema_may_change(shed):
    shed.promise({**SCHEMA, "properties": {}})
    assert broken_promises("shed") == []


def test_a_release_fixes_what_is_published_and_what_is_stored(shed, capsys):
    assert main(["shed"]) == 0
    assert capsys.readouterr().out == "shed 1.0.0: what it publishes and stores is fixed\n"
    assert golden_files("shed").released.files.keys() == {"tool-lent.v1/saw.json"}
    shed.promise({**SCHEMA, "properties": {"tool": {"type": "integer"}}})
    assert broken_promises("shed") == [
        "tool-lent v1: tool was string and is now integer. Make it string again, or publish tool-lent v2 beside it."
    ]


def test_a_promise_once_broken_cannot_be_released_away(shed, capsys):
    main(["shed"])
    fixed = (shed.folder / "contract" / "released" / "tool-lent.v1.schema.json").read_text()
    shed.promise({**SCHEMA, "required": []})
    assert main(["shed"]) == 1
    assert "tool is no longer required, and listeners rely on it" in capsys.readouterr().err
    assert (shed.folder / "contract" / "released" / "tool-lent.v1.schema.json").read_text() == fixed


def test_what_an_earlier_release_allowed_is_kept_by_every_later_one(shed):
    """A field added after one release is promised from the next release on."""
    main(["shed"])
    shed.promise({**SCHEMA, "properties": {**SCHEMA["properties"], "days": {"type": "integer"}}})
    assert main(["shed"]) == 0
    shed.promise(SCHEMA)
    assert "days was removed or renamed" in broken_promises("shed")[0]


def test_a_new_version_stands_beside_the_old_one(shed):
    main(["shed"])
    shed.promise({**SCHEMA, "title": "tool-lent v2", "required": []}, "tool-lent.v2")
    assert broken_promises("shed") == []
    assert main(["shed"]) == 0
