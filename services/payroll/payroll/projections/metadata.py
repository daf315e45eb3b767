"""Where the read models' tables are registered, and how their rows are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import batched

from sqlalchemy import MetaData

from chassis.canonical import canonical
from chassis.store import EventCodec

METADATA = MetaData()
BATCH = 5_000


class Documents[T]:
    """Turns one of the domain's frozen dataclasses into a text column and back, as strictly as an event."""

    def __init__(self, cls: type[T]) -> None:
        self._name = cls.__name__
        self._cls = cls
        self._codec = EventCodec({self._name: cls})

    def dump(self, value: T) -> str:
        return canonical(self._codec.encode(value).data)

    def load(self, text: str) -> T:
        value = self._codec.decode(self._name, 1, json.loads(text))
        assert isinstance(value, self._cls)  # noqa: S101 (the codec holds one type)
        return value


def parts(values: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """Values in lists short enough to be bound in one statement."""
    return batched(values, BATCH)
