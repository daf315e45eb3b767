"""Whether a published event's schema still keeps what a released one promised.

Listeners ignore what they do not know, and the feed holds events of every release. So within a version only optional
fields are added: everything a listener may have relied on stays true of every event, the old ones too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
OPEN_ENUM = "x-open-enum"
SAID_ONLY = frozenset({"$schema", "$id", "$comment", "title", "description", "examples", "deprecated"})
COMPARED = frozenset({"type", "enum", "const", "properties", "required", "items", "format", "pattern", OPEN_ENUM})
MEASURES = {"format": "format", "pattern": "pattern", "unit": "unit", "x-unit": "unit"}


def incompatibilities(name: str, released: Schema, current: Schema | None) -> list[str]:
    """One sentence for each promise of ``released`` that ``current`` breaks: what broke and what to do.

    ``name`` is the event type with its version, ``trip-submitted.v1``; ``current`` is None when the schema is gone.
    """
    type_, _, version = name.partition(".v")
    title, following = f"{type_} v{version}", f"{type_} v{int(version) + 1}"
    if current is None:
        return [
            f"{title}: the schema is gone, and listeners still read it. Put it back, and publish it until they do not."
        ]
    found = _differences(released, current, "")
    return [f"{title}: {what}. {remedy}, or publish {following} beside it." for what, remedy in found]


def _differences(released: Schema, current: Schema, path: str) -> Iterator[tuple[str, str]]:
    """What is different at ``path`` and how to mend it, from the outside inwards."""
    yield from _types(released, current, path)
    yield from _enumerations(released, current, path)
    yield from _measures(released, current, path)
    yield from _other_rules(released, current, path)
    yield from _properties(released, current, path)
    if "items" in released or "items" in current:
        yield from _items(released, current, path)


def _types(released: Schema, current: Schema, path: str) -> Iterator[tuple[str, str]]:
    was, now = _kinds(released), _kinds(current)
    if was - {"null"} != now - {"null"}:
        yield f"{_field(path)} was {_either(was)} and is now {_either(now)}", f"Make it {_either(was)} again"
    elif "null" in now - was:
        yield f"{_field(path)} may now be null, and listeners expect a value", "Always give it a value"
    elif "null" in was - now:
        yield (
            f"{_field(path)} may no longer be null, but events on the feed hold null",
            "Allow null again",
        )


def _kinds(schema: Schema) -> frozenset[str]:
    """The JSON types allowed; those of the values where only an enumeration is given."""
    declared = schema.get("type")
    if declared is not None:
        return frozenset([declared] if isinstance(declared, str) else declared)
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    names = {str: "string", bool: "boolean", int: "integer", type(None): "null"}
    return frozenset(names[type(value)] for value in values)


def _enumerations(released: Schema, current: Schema, path: str) -> Iterator[tuple[str, str]]:
    was, now = _values(released), _values(current)
    if bool(released.get(OPEN_ENUM)) != bool(current.get(OPEN_ENUM)):
        said = "open to more values" if released.get(OPEN_ENUM) else "complete"
        yield f"{_field(path)} was said to be {said}, and no longer is", f"Leave {OPEN_ENUM} as it was"
    if was == now:
        return
    if was is None or now is None:
        change = "no longer lists its values" if now is None else "now lists its values"
        yield f"{_field(path)} {change}", "List the values as they were"
        return
    added = [value for value in now if value not in was]
    gone = [value for value in was if value not in now]
    if added and not released.get(OPEN_ENUM):
        yield f"{_field(path)} may now be {_named(added)}, which listeners do not know", "Do not add values"
    if gone:
        yield f"{_field(path)} can no longer be {_named(gone)}, but events on the feed are", "Keep the values"


def _values(schema: Schema) -> list[Any] | None:
    listed: list[Any] | None = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return listed


def _measures(released: Schema, current: Schema, path: str) -> Iterator[tuple[str, str]]:
    for keyword, word in MEASURES.items():
        was, now = released.get(keyword), current.get(keyword)
        if was != now:
            changed = f"the {word} of {_field(path)} was {_said(was)} and is now {_said(now)}"
            mend = f"Keep the {word} and add a field for the other"
            yield f"{changed}, so the same text or number means something else", mend


def _other_rules(released: Schema, current: Schema, path: str) -> Iterator[tuple[str, str]]:
    """Limits and combinations: whatever else a schema says of a value."""
    keywords = (released.keys() | current.keys()) - SAID_ONLY - COMPARED - MEASURES.keys()
    for keyword in sorted(keywords):
        was, now = released.get(keyword), current.get(keyword)
        if was != now:
            yield (
                f"{keyword} of {_field(path)} was {_said(was)} and is now {_said(now)}",
                f"Leave {keyword} as it was",
            )


def _properties(released: Schema, current: Schema, path: str) -> Iterator[tuple[str, str]]:
    was, now = released.get("properties", {}), current.get("properties", {})
    for key, schema in was.items():
        if key in now:
            yield from _differences(schema, now[key], _below(path, key))
        else:
            yield f"{_field(_below(path, key))} was removed or renamed", "Keep it under its name"
    yield from _duties(released, current, path)


def _duties(released: Schema, current: Schema, path: str) -> Iterator[tuple[str, str]]:
    was, now = set(released.get("required", ())), set(current.get("required", ()))
    for key in sorted(now - was):
        yield (
            f"{_field(_below(path, key))} is now required, but events on the feed may lack it",
            "Leave it optional",
        )
    for key in sorted((was - now) & current.get("properties", {}).keys()):
        yield (
            f"{_field(_below(path, key))} is no longer required, and listeners rely on it",
            "Keep it required",
        )


def _items(released: Schema, current: Schema, path: str) -> Iterator[tuple[str, str]]:
    inside = f"{path}[]"
    if "items" in released and "items" in current:
        yield from _differences(released["items"], current["items"], inside)
    else:
        said = "is no longer described" if "items" in released else "is now described, and was free"
        yield f"what {_field(path)} holds {said}", "Leave the items as they were"


def _field(path: str) -> str:
    return path or "the event"


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _either(kinds: frozenset[str]) -> str:
    return " or ".join(sorted(kinds - {"null"})) + (" or null" if "null" in kinds else "") if kinds else "anything"


def _named(values: list[Any]) -> str:
    return " or ".join(str(value) for value in values)


def _said(value: Any) -> str:
    return "not given" if value is None else json.dumps(value, ensure_ascii=False)
