"""Personal fields, sealed per person: AES-256-GCM with a key of the person's own, kept apart from the log.

Log, feed, queues, backups and hash chains hold ciphertext only. Destroying a person's keys makes every copy of the
field unreadable at once; it then reads as *erased* and never as an error.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import InvalidTag

from chassis.errors import Unreadable
from chassis.store.vault import OWN, SHARED, KeyVault

ERASED: Final = "[slettet]"
"""What an erased field of a published event reads as, whatever its shape was."""

_as_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
MARK: Final = '"$sealed":1'
"""Stands in the canonical JSON of whatever has a sealed field."""

_KEYS: Final = re.compile(r'"key":"([^"\\]+)","n":"[^"\\]*","subject":"([^"\\]+)"')


@dataclass(frozen=True, slots=True)
class Personal:
    """A JSON value about ``subject_id`` that may be forgotten; ``value`` is None once it has been.

    One that is ``secret`` is sealed with the key that never leaves the service.
    """

    subject_id: str
    value: Any = field(repr=False)
    secret: bool = False

    @property
    def erased(self) -> bool:
        """Whether the person's key has been destroyed."""
        return self.value is None

    def __str__(self) -> str:
        """Never the value: it must not slip into a log or a page by accident."""
        return ERASED if self.erased else "[personal]"


@dataclass(frozen=True, slots=True)
class PersonalFields:
    """Which fields of an event of one type are about a person: ``subject`` is where in the event their id stands,
    ``fields`` where the fields are, each with what stands there once it is erased. Paths are written ``trip/purpose``,
    and ``legs/*/line`` for a field of every object of a list.
    """

    subject: str
    fields: Mapping[str, Any]


class Sealer:
    """Seals what is personal in events, and opens it. Without ``secrets`` the fields that never leave stay sealed."""

    def __init__(self, vault: KeyVault, *, secrets: bool = True) -> None:
        self.vault = vault
        self._secrets = secrets

    def seal(self, data: dict[str, Any], event_id: str, declared: PersonalFields | None = None) -> dict[str, Any]:
        """``data`` with every :class:`Personal` and every declared field sealed, bound to the event and its place."""
        if declared is not None:
            data = self._seal_declared(data, event_id, declared)
        sealed: dict[str, Any] = self._walk(data, event_id, "")
        return sealed

    def open(self, data: dict[str, Any], event_id: str, declared: PersonalFields | None = None) -> dict[str, Any]:
        """``data`` with every sealed field opened: a declared one is its value again, others are :class:`Personal`."""
        if declared is not None:
            for path, erased in declared.fields.items():
                for holder, name, place in _places(data, path):
                    if is_sealed(holder.get(name)):
                        value = self._opened(holder[name], event_id, place).value
                        holder[name] = erased if value is None else value
        opened: dict[str, Any] = _each(data, lambda one, path: self._opened_unless_secret(one, event_id, path), "")
        return opened

    def open_published(self, data: dict[str, Any], event_id: str) -> dict[str, Any]:
        """A published event's ``data`` with the values of its sealed fields, :data:`ERASED` for erased ones."""

        def value(one: dict[str, Any], path: str) -> Any:
            found = self._opened(one, event_id, path).value
            return ERASED if found is None else found

        opened: dict[str, Any] = _each(data, value, "")
        return opened

    def _seal_declared(self, data: dict[str, Any], event_id: str, declared: PersonalFields) -> dict[str, Any]:
        subject_id = next((holder.get(name) for holder, name, _ in _places(data, declared.subject)), None)
        if subject_id is None:
            return data
        for path in declared.fields:
            for holder, name, place in _places(data, path):
                if holder.get(name) is not None:
                    holder[name] = self._sealed(Personal(subject_id, holder[name]), event_id, place)
        return data

    def _walk(self, value: Any, event_id: str, path: str) -> Any:
        """``value`` with each :class:`Personal` in it sealed; containers without one are given back as they are."""
        items = value.items() if isinstance(value, dict) else enumerate(value)
        changed: dict[Any, Any] = {}
        for key, item in items:
            kind = type(item)
            if kind is Personal:
                changed[key] = self._sealed(item, event_id, f"{path}/{key}")
            elif kind is dict or kind is list or kind is tuple:
                inner = self._walk(item, event_id, f"{path}/{key}")
                if inner is not item:
                    changed[key] = inner
        if not changed:
            return value
        if isinstance(value, dict):
            return {**value, **changed}
        return [changed.get(index, item) for index, item in enumerate(value)]

    def _sealed(self, personal: Personal, event_id: str, path: str) -> dict[str, Any] | None:
        if personal.value is None:
            return None
        key = self.vault.key_for(personal.subject_id, OWN if personal.secret else SHARED)
        nonce, sealed = b"", b""
        if key.cipher is not None:
            nonce = os.urandom(12)
            sealed = key.cipher.encrypt(
                nonce, _as_json(personal.value).encode(), _bound(event_id, path, personal.subject_id)
            )
        return {
            "$sealed": 1,
            "alg": "A256GCM",
            "key": key.key_id,
            "subject": personal.subject_id,
            "n": b64encode(nonce).decode(),
            "c": b64encode(sealed).decode(),
        }

    def _opened(self, sealed: dict[str, Any], event_id: str, path: str) -> Personal:
        subject_id: str = sealed["subject"]
        if self.vault.is_erased(subject_id):
            return Personal(subject_id, None)
        key = self.vault.opening(sealed["key"])
        if key.cipher is None or not sealed["c"]:
            return Personal(subject_id, None, key.purpose == OWN)
        try:
            bound = _bound(event_id, path, subject_id)
            opened = key.cipher.decrypt(b64decode(sealed["n"]), b64decode(sealed["c"]), bound)
        except InvalidTag as error:
            raise Unreadable("seal_broken", "a sealed field was changed or moved") from error
        return Personal(subject_id, json.loads(opened), key.purpose == OWN)

    def _opened_unless_secret(self, sealed: dict[str, Any], event_id: str, path: str) -> Any:
        if not self._secrets and self.vault.opening(sealed["key"]).purpose == OWN:
            return sealed
        return self._opened(sealed, event_id, path)


def walk(value: Any, change: Callable[[Any, str], Any], path: str = "") -> Any:
    """``value`` with ``change(item, path)`` applied to every item, outermost first."""
    changed = change(value, path)
    if changed is not value:
        return changed
    if isinstance(value, dict):
        return {key: walk(item, change, f"{path}/{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [walk(item, change, f"{path}/{index}") for index, item in enumerate(value)]
    return value


def is_sealed(value: Any) -> bool:
    """Whether ``value`` is a sealed field."""
    return type(value) is dict and value.get("$sealed") == 1


def sealed_in(text: str) -> dict[str, str]:
    """The keys of the sealed fields in canonical JSON, and whose they are. Nothing that was typed looks like one: its
    quotation marks are escaped.
    """
    return dict(_KEYS.findall(text)) if MARK in text else {}


def keys_in(texts: Iterable[str]) -> dict[str, str]:
    """As :func:`sealed_in`, of many texts."""
    return {key_id: subject_id for text in texts for key_id, subject_id in sealed_in(text).items()}


def _each(value: Any, change: Callable[[dict[str, Any], str], Any], path: str) -> Any:
    """``value`` with ``change(sealed, path)`` in the place of each sealed field."""
    if "$sealed" in value and is_sealed(value):
        return change(value, path)
    for key, item in value.items() if type(value) is dict else enumerate(value):
        if type(item) is dict or type(item) is list:
            value[key] = _each(item, change, f"{path}/{key}")
    return value


def _places(data: Any, path: str) -> list[tuple[dict[str, Any], str, str]]:
    """The objects that hold the field at ``path``, the field's name there, and where exactly it is."""
    *way, name = path.split("/")
    holders = [(data, "")]
    for step in way:
        holders = [found for holder, place in holders for found in _inside(holder, step, place)]
    return [(holder, name, f"{place}/{name}") for holder, place in holders if isinstance(holder, dict)]


def _inside(holder: Any, step: str, place: str) -> list[tuple[Any, str]]:
    if step == "*" and isinstance(holder, list | tuple):
        return [(item, f"{place}/{index}") for index, item in enumerate(holder)]
    return [(holder[step], f"{place}/{step}")] if isinstance(holder, dict) and step in holder else []


def _bound(event_id: str, path: str, subject_id: str) -> bytes:
    return f"{event_id}|{path}|{subject_id}".encode()
