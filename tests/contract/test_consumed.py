"""Every listener reads only what its publishers promise; and each way of reading more is said in a sentence."""

import pytest
from marshmallow import fields, validate

from chassis.contracts import unkept
from chassis.reading import Tolerant
from tests.contract.language import CONSUMED, CONTRACTS, HEARD


@pytest.mark.parametrize(("listener", "source", "type_"), CONSUMED)
def test_a_listener_reads_only_what_is_promised(listener, source, type_):
    broken = unkept(listener, CONSUMED[listener, source, type_], CONTRACTS[source][type_].schema)
    assert not broken, "\n".join(broken)


def test_every_event_that_is_heard_has_its_reader_here():
    assert set(CONSUMED) == {(*pair, type_) for pair, types in HEARD.items() for type_ in types}


PROMISE = {
    "title": "tool-lent v1",
    "type": "object",
    "required": ["tool", "days", "kind", "parts", "note"],
    "properties": {
        "tool": {"type": "string", "minLength": 1},
        "days": {"type": "integer", "minimum": 0},
        "kind": {"enum": ["saw", "drill"]},
        "note": {"type": ["string", "null"]},
        "parts": {
            "type": "array",
            "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
        },
        "back": {"type": "string", "format": "date"},
    },
}


class Part(Tolerant):
    id = fields.String(required=True)


class Well(Tolerant):
    tool = fields.String(required=True, validate=validate.Length(min=1, max=50))
    days = fields.Integer(required=True, validate=validate.Range(min=0))
    kind = fields.String(required=True, validate=validate.OneOf(["saw", "drill", "lamp"]))
    note = fields.String(required=True, allow_none=True)
    parts = fields.List(fields.Nested(Part), required=True)
    back = fields.Date(load_default=None)


class Nameless(Tolerant):
    name = fields.String(required=True)


BAD = {
    "colour is read, and nobody promises it. Read another field, or have the publisher promise it": {"colour": fields.String(load_default="")},
    "back must be there, and is promised only optionally. Give back a default in the reader": {"back": fields.Date(required=True)},
    "note may be null, and null is refused. Allow null in the reader": {"note": fields.String(required=True)},
    "days is read as string, and promised as integer. Read it as it is promised": {"days": fields.String(required=True)},
    "tool is read as date, and promised as string. Read it as it is promised": {"tool": fields.Date(required=True)},
    "kind may be drill, which is refused. Read what is unknown as such": {"kind": fields.String(required=True, validate=validate.OneOf(["saw"]))},
    "tool may be any other value, which is refused. Read what is unknown as such": {"tool": fields.String(required=True, validate=validate.OneOf(["a"]))},
    "days is refused below 1, and promised from 0. Read what is promised": {"days": fields.Integer(required=True, validate=validate.Range(min=1))},
    "parts is refused below 1, and promised from any value. Read what is promised": {"parts": fields.List(fields.Nested(Part), required=True, validate=validate.Length(min=1))},
    "parts[].name is read, and nobody promises it. Read another field, or have the publisher promise it": {"parts": fields.List(fields.Nested(Nameless), required=True)},
}  # fmt: skip


def test_a_reader_that_keeps_to_the_promise_has_nothing_to_mend():
    assert unkept("shed", Well(), PROMISE) == []


@pytest.mark.parametrize(("sentence", "read"), BAD.items())
def test_a_reader_that_wants_more_is_told_what(sentence, read):
    assert unkept("shed", Tolerant.from_dict(read)(), PROMISE) == [f"shed reads tool-lent v1: {sentence}."]
