"""Between typed domain events (frozen dataclasses) and the JSON that is stored.

A service names its event types in one dictionary; stored events of older versions pass through upcasters,
pure functions from dict to dict, until they fit the class of today.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import cattrs
from cattrs.preconf.json import make_converter

from chassis.clock import iso_utc
from chassis.errors import Unreadable
from chassis.store.decisions import DECISIONS
from chassis.store.quick import NOTHING, reader_of
from chassis.store.sealing import Personal, PersonalFields

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class Encoded(NamedTuple):
    """A typed event in its stored shape; ``data`` may still hold :class:`Personal` values."""

    type: str
    schema_version: int
    data: dict[str, Any]


class EventCodec:
    """Encodes and decodes the events of one service.

    ``types`` maps event type to dataclass; ``upcasters`` maps (type, version) to a function that gives the
    data of the next version. The version written is one more than the last upcaster's. ``ValueError`` when a version
    between the first and that one has none: its events could not be read. ``personal`` says which fields of which types
    are sealed.
    """

    def __init__(
        self,
        types: Mapping[str, type],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
        personal: Mapping[str, PersonalFields] | None = None,
    ) -> None:
        self._types = dict(types)
        self.personal = dict(personal or {})
        self._known = {**DECISIONS, **types}
        self._names = {cls: name for name, cls in self._known.items()}
        self._upcasters = dict(upcasters or {})
        self._versions = {name: _version_after(name, self._upcasters) for name in self._known}
        self._converter = _converter()
        self._readers = {name: reader_of(cls) for name, cls in self._known.items()}

    @property
    def types(self) -> Mapping[str, type]:
        """The class of today for each of the service's event types."""
        return self._types

    def encode(self, event: object) -> Encoded:
        """The stored shape of ``event``; ``TypeError`` when its class is not one of the service's events."""
        return Encoded(*self.identify(event), self._converter.unstructure(event))

    def identify(self, event: object) -> tuple[str, int]:
        """The type and version in which ``event`` is stored; ``TypeError`` as for :meth:`encode`."""
        name = self._names.get(type(event))
        if name is None:
            message = f"{type(event).__name__} is not an event type of this service"
            raise TypeError(message)
        return name, self.version_of(name)

    def decode(self, type_: str, schema_version: int, data: dict[str, Any]) -> object:
        """The typed event of a stored row; ``Unreadable`` when type or data fit nothing known, and when a later release
        wrote it in a version of its own: nobody guesses what its fields mean.
        """
        cls = self._known.get(type_)
        if cls is None:
            raise Unreadable("unknown_event_type", f"no event type {type_!r} is known here")
        today = self._versions[type_]
        if schema_version > today:
            raise Unreadable("later_event_version", f"{type_} version {schema_version} is not known here yet")
        try:
            for version in range(schema_version, today):
                data = self._upcasters[type_, version](data)
            found = self._readers[type_](data)
            return self._converter.structure(data, cls) if found is NOTHING else found
        except (cattrs.BaseValidationError, ValueError, TypeError, KeyError) as error:
            raise Unreadable("unreadable_event", f"stored {type_} does not fit its class") from error

    def version_of(self, type_: str) -> int:
        """The version in which events of ``type_`` are written today."""
        return self._versions[type_]


def _version_after(type_: str, upcasters: Mapping[tuple[str, int], Upcaster]) -> int:
    versions = sorted(version for name, version in upcasters if name == type_)
    if versions != list(range(1, len(versions) + 1)):
        raise ValueError(f"{type_} has upcasters from versions {versions}: every version from 1 on needs one")
    return len(versions) + 1


def _converter() -> cattrs.Converter:
    converter = make_converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(datetime, iso_utc)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(date, lambda day: day.isoformat())
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook(Personal, lambda value: value)
    converter.register_structure_hook(Personal, lambda value, _: value)
    converter.register_unstructure_hook(enum.Enum, lambda value: value.value)
    for cls in (int, str, bool):
        converter.register_structure_hook(cls, _exactly)
    return converter


def _exactly(value: Any, cls: type) -> Any:
    """A stored number stays a number and a text a text: nothing is silently converted."""
    if type(value) is not cls:
        message = f"expected {cls.__name__}, found {type(value).__name__}"
        raise TypeError(message)
    return value
