"""Whether what a listener reads of an event is what its publisher promises: never more, and never otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from chassis.contracts.compatibility import OPEN_ENUM

Promise = Mapping[str, Any]
READ_AS: Mapping[type[fields.Field[Any]], tuple[str, str | None]] = {
    fields.AwareDateTime: ("string", "date-time"),
    fields.Date: ("string", "date"),
    fields.String: ("string", None),
    fields.Integer: ("integer", None),
    fields.Boolean: ("boolean", None),
    fields.List: ("array", None),
    fields.Nested: ("object", None),
}
"""The kind of field a listener has: the JSON type and format it can read."""


def unkept(listener: str, reads: Schema, promise: Promise) -> list[str]:
    """One sentence for each field ``listener`` reads that the publisher's schema ``promise`` does not grant it.

    An event's title is taken from the schema's own. What only limits a value from above is left to the listener.
    """
    said = f"{listener} reads {promise['title']}"
    return [f"{said}: {what}. {remedy}." for what, remedy in _object(reads, promise, "")]


def _object(reads: Schema, promise: Promise, path: str) -> Iterator[tuple[str, str]]:
    for name, field in reads.fields.items():
        key = field.data_key or name
        here = f"{path}.{key}" if path else key
        promised = promise.get("properties", {}).get(key)
        if promised is None:
            yield f"{here} is read, and nobody promises it", "Read another field, or have the publisher promise it"
            continue
        if field.required and key not in promise.get("required", ()):
            yield f"{here} must be there, and is promised only optionally", f"Give {here} a default in the reader"
        yield from _value(field, promised, here)


def _value(field: fields.Field[Any], promised: Promise, path: str) -> Iterator[tuple[str, str]]:
    kinds = _kinds(promised)
    if "null" in kinds and not field.allow_none:
        yield f"{path} may be null, and null is refused", "Allow null in the reader"
    type_, format_ = _readable(field)
    if kinds - {"null"} != {type_} or (format_ is not None and promised.get("format") != format_):
        yield (
            f"{path} is read as {format_ or type_}, and promised as {promised.get('format') or _either(kinds)}",
            "Read it as it is promised",
        )
        return
    yield from _checks(field, promised, path)
    if isinstance(field, fields.Nested):
        yield from _object(field.schema, promised, path)
    elif isinstance(field, fields.List):
        yield from _value(field.inner, promised.get("items", {}), f"{path}[]")


def _kinds(promised: Promise) -> set[str]:
    declared = promised.get("type", [])
    names = {str: "string", int: "integer", bool: "boolean", type(None): "null"}
    values = {names[type(value)] for value in promised.get("enum", [])}
    return values or ({declared} if isinstance(declared, str) else set(declared))


def _either(kinds: Iterable[str]) -> str:
    return " or ".join(sorted(set(kinds) - {"null"})) or "anything"


def _readable(field: fields.Field[Any]) -> tuple[str, str | None]:
    return next((how for kind, how in READ_AS.items() if isinstance(field, kind)), (type(field).__name__, None))


def _checks(field: fields.Field[Any], promised: Promise, path: str) -> Iterator[tuple[str, str]]:
    """A reader that refuses what the publisher may send parks events nobody can mend."""
    for check in field.validators:
        for one in check.validators if isinstance(check, validate.And) else [check]:
            yield from _check(one, promised, path)


def _check(check: Callable[[Any], Any], promised: Promise, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(check, validate.OneOf):
        refused = [one for one in promised.get("enum", []) if one is not None and one not in check.choices]
        if refused or promised.get(OPEN_ENUM) or "enum" not in promised:
            which = " or ".join(map(str, refused)) or "any other value"
            yield f"{path} may be {which}, which is refused", "Read what is unknown as such"
    elif isinstance(check, validate.Length | validate.Range):
        least = promised.get("minimum") if isinstance(check, validate.Range) else _least_length(promised)
        if check.min is not None and (least is None or least < check.min):
            yield (
                f"{path} is refused below {check.min}, and promised from {'any value' if least is None else least}",
                "Read what is promised",
            )


def _least_length(promised: Promise) -> int | None:
    """What has a format, or must fit a pattern or one of some words, is not empty."""
    values = promised.get("enum", [""])
    pattern = promised.get("pattern")
    full = "format" in promised or all(values) or (pattern is not None and re.search(pattern, "") is None)
    least: int | None = promised.get("minItems", promised.get("minLength"))
    return 1 if least is None and full else least
