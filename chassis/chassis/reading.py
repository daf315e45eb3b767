"""How a service reads others' published events: only what it needs of them, checked, whatever else they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from marshmallow import EXCLUDE, Schema, ValidationError

from chassis.errors import Unreadable
from chassis.store import ERASED


class Tolerant(Schema):
    """Reads what it knows and ignores the rest, so that publishers may add fields."""

    class Meta:
        unknown = EXCLUDE


class Event(Protocol):
    """What is read of an envelope."""

    @property
    def type(self) -> str: ...

    @property
    def data(self) -> Mapping[str, Any]: ...


def is_erased(event: Event, field: str) -> bool:
    """Whether a sealed field cannot be read any more, because the person is erased."""
    return bool(event.data.get(field) == ERASED)


def read(schema: Schema, event: Event) -> Any:
    """See `read_data`."""
    return read_data(schema, event.type, event.data)


def read_data(schema: Schema, type_: str, data: Mapping[str, Any]) -> Any:
    """What `schema` makes of an event's data.

    :raises Unreadable: when it does not fit; it names the fields, never their values.
    """
    try:
        return schema.load(data)
    except ValidationError as error:
        names = sorted(map(str, error.messages)) if isinstance(error.messages, dict) else []
        raise Unreadable("unreadable_event", f"{type_} does not fit: {', '.join(names)}", fields=names) from error
