"""What a projection is, and how it is spoken of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Table, and_, tuple_

from chassis.store import tables as t
from chassis.store.model import FeedPage

OWN_LOG = "log"


@dataclass(frozen=True, slots=True)
class Projection:
    """A read model: its tables (named ``<name>_v<version>``), where its events come from, and how it folds them.

    ``apply(conn, events)`` gets ``Recorded`` events when ``source`` is the own log, envelopes when it is a service. It
    reads and writes its own tables only, and names them without a schema: while it is rebuilt, the same names stand
    for another set of them.
    """

    name: str
    version: int
    source: str
    tables: tuple[Table, ...]
    apply: Callable[[Connection, Sequence[Any]], None]


class Feed(Protocol):
    """Where another service's published events are read."""

    def read(self, after: int, limit: int, wait_s: float = 0) -> FeedPage:
        """The head, and up to ``limit`` entries after ``after``; waits up to ``wait_s`` when there are none."""


@dataclass(frozen=True, slots=True)
class ProjectionStatus:
    """How far a projection is, and what stopped it (None when it runs)."""

    name: str
    version: int
    source: str
    position: int
    failure: str | None


@dataclass(frozen=True, slots=True)
class ProjectionSet:
    """One set of a projection's tables: ``live``, ``building``, ``abandoned`` (by a rebuild that died) or ``previous``.

    ``lag_events`` is what it has yet to take in.
    """

    name: str
    version: int
    source: str
    set: str
    position: int
    lag_events: int
    failure: str | None


def row_of(projection: Projection) -> ColumnElement[bool]:
    """The projection's checkpoint."""
    return and_(t.projections.c.name == projection.name, t.projections.c.version == projection.version)


def rows_of(projections: Sequence[Projection]) -> ColumnElement[bool]:
    """The checkpoints of several."""
    names = [(one.name, one.version) for one in projections]
    return tuple_(t.projections.c.name, t.projections.c.version).in_(names)
