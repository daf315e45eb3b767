"""What may change in a released schema, and the sentence each other change gets."""

import copy

import pytest

from chassis.contracts import incompatibilities

RELEASED = {
    "title": "tool-lent v1",
    "type": "object",
    "required": ["tool", "days"],
    "properties": {
        "tool": {"type": "string", "format": "uuid", "minLength": 1},
        "days": {"type": "integer", "minimum": 0, "unit": "d"},
        "kind": {"enum": ["saw", "drill"]},
        "wear": {"enum": ["new", "worn"], "x-open-enum": True},
        "note": {"type": ["string", "null"], "pattern": "^[a-z]*$"},
        "parts": {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "size": {"type": "integer"}}}},
        "origin": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}  # fmt: skip
GONE = object()
BESIDE = ", or publish tool-lent v2 beside it."


def doctored(path, value):
    """The released schema with the value at `path` (keys joined by /) put there, or taken away."""
    schema = copy.deepcopy(RELEASED)
    *way, last = path.split("/")
    place = schema
    for key in way:
        place = place[key]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return schema


ALLOWED = {
    "an optional property is added": ("properties/colour", {"type": "string"}),
    "an optional property is added to an item": ("properties/parts/items/properties/colour", {"type": "string"}),
    "a value is added where that was announced": ("properties/wear/enum", ["new", "worn", "broken"]),
    "a description is better": ("properties/days/description", "Whole days."),
}

REFUSED = {
    "a property is removed": ("properties/kind", GONE, "kind was removed or renamed. Keep it under its name"),
    "a property deep inside is removed": ("properties/origin/properties", {}, "origin.city was removed or renamed. Keep it under its name"),
    "a type is changed": ("properties/days/type", "string", "days was integer and is now string. Make it integer again"),
    "a type is widened": ("properties/days/type", ["integer", "string"], "days was integer and is now integer or string. Make it integer again"),
    "a property becomes an object": ("properties/note", {"type": "object", "pattern": "^[a-z]*$"}, "note was string or null and is now object. Make it string or null again"),
    "an optional property is made required": ("required", ["tool", "days", "kind"], "kind is now required, but events on the feed may lack it. Leave it optional"),
    "a required property is made optional": ("required", ["tool"], "days is no longer required, and listeners rely on it. Keep it required"),
    "a value is added": ("properties/kind/enum", ["saw", "drill", "lamp"], "kind may now be lamp, which listeners do not know. Do not add values"),
    "a value is taken away": ("properties/kind/enum", ["saw"], "kind can no longer be drill, but events on the feed are. Keep the values"),
    "a value of an open list is taken away": ("properties/wear/enum", ["new"], "wear can no longer be worn, but events on the feed are. Keep the values"),
    "a list of values is opened": ("properties/kind/x-open-enum", True, "kind was said to be complete, and no longer is. Leave x-open-enum as it was"),
    "an open list of values is closed": ("properties/wear/x-open-enum", GONE, "wear was said to be open to more values, and no longer is. Leave x-open-enum as it was"),
    "values are listed that were free": ("properties/tool/enum", ["a"], "tool now lists its values. List the values as they were"),
    "values are no longer listed": ("properties/kind", {"type": "string"}, "kind no longer lists its values. List the values as they were"),
    "a unit is changed": ("properties/days/unit", "h", 'the unit of days was "d" and is now "h", so the same text or number means something else. Keep the unit and add a field for the other'),
    "a pattern is changed": ("properties/note/pattern", "^.*$", 'the pattern of note was "^[a-z]*$" and is now "^.*$", so the same text or number means something else. Keep the pattern and add a field for the other'),
    "a format is taken away": ("properties/tool/format", GONE, 'the format of tool was "uuid" and is now not given, so the same text or number means something else. Keep the format and add a field for the other'),
    "a limit is moved": ("properties/days/minimum", 1, "minimum of days was 0 and is now 1. Leave minimum as it was"),
    "null is new": ("properties/days/type", ["integer", "null"], "days may now be null, and listeners expect a value. Always give it a value"),
    "null is refused": ("properties/note/type", "string", "note may no longer be null, but events on the feed hold null. Allow null again"),
    "an item's type is changed": ("properties/parts/items/properties/id/type", "integer", "parts[].id was string and is now integer. Make it string again"),
    "an item's optional property is made required": ("properties/parts/items/required", ["id", "size"], "parts[].size is now required, but events on the feed may lack it. Leave it optional"),
    "items are no longer described": ("properties/parts/items", GONE, "what parts holds is no longer described. Leave the items as they were"),
    "more properties are forbidden": ("additionalProperties", False, "additionalProperties of the event was not given and is now false. Leave additionalProperties as it was"),
    "a combination is added": ("properties/origin/oneOf", [{}], "oneOf of origin was not given and is now [{}]. Leave oneOf as it was"),
}  # fmt: skip


@pytest.mark.parametrize("change", ALLOWED)
def test_a_change_that_no_listener_notices_is_allowed(change):
    assert incompatibilities("tool-lent.v1", RELEASED, doctored(*ALLOWED[change])) == []


@pytest.mark.parametrize("change", REFUSED)
def test_a_change_that_breaks_a_listener_is_said_in_a_sentence(change):
    path, value, sentence = REFUSED[change]
    assert incompatibilities("tool-lent.v1", RELEASED, doctored(path, value)) == [f"tool-lent v1: {sentence}{BESIDE}"]


def test_a_property_that_is_renamed_is_missed_under_its_old_name_and_cannot_be_required_under_the_new_one():
    renamed = doctored("properties/hours", {"type": "integer"})
    del renamed["properties"]["days"]
    renamed["required"] = ["tool", "hours"]
    assert incompatibilities("tool-lent.v1", RELEASED, renamed) == [
        f"tool-lent v1: days was removed or renamed. Keep it under its name{BESIDE}",
        f"tool-lent v1: hours is now required, but events on the feed may lack it. Leave it optional{BESIDE}",
    ]


def test_a_schema_that_is_gone_is_missed():
    assert incompatibilities("tool-lent.v1", RELEASED, None) == [
        "tool-lent v1: the schema is gone, and listeners still read it. Put it back, and publish it until they do not."
    ]
