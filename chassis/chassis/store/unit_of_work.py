"""One transaction of a command or a reaction: load, decide, append; the append itself comes last."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import batched
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from chassis.canonical import canonical
from chassis.clock import iso_utc
from chassis.store import tables as t
from chassis.store.append import Batch, EventRow, Written, write
from chassis.store.codec import EventCodec
from chassis.store.decisions import DECISIONS
from chassis.store.feed import Body
from chassis.store.ids import named_id, random_id
from chassis.store.model import Context, Loaded, Meta, Publish, Recorded, VersionConflict
from chassis.store.sealing import Sealer, keys_in


@dataclass(frozen=True, slots=True)
class Setting:
    """What every unit of work of one store has in common."""

    service: str
    logid: str
    codec: EventCodec
    publish: Publish
    sealer: Sealer | None


class UnitOfWork:
    """Reads and collects events inside one open transaction; nothing is written before :meth:`flush`."""

    def __init__(self, conn: Connection, setting: Setting, context: Context, now: datetime) -> None:
        self.conn = conn
        self.now = now
        self.context = replace(context, correlation_id=context.correlation_id or random_id())
        self._setting = setting
        self._pending: list[Recorded] = []
        self._pending_of: dict[str, list[Recorded]] = {}
        self._stored_of: dict[str, list[Recorded]] = {}
        self._metas: dict[Meta, str] = {}
        self._known: dict[Hashable, Any] = {}
        self._before_flush: dict[Hashable, Callable[[], None]] = {}

    def load[S, E](self, stream: str, evolve: Callable[[S, E], S], initial: S) -> Loaded[S]:
        """The state of ``stream``: its stored events and those of this unit of work, folded."""
        state, version = initial, 0
        for recorded in self.history(stream):
            state, version = evolve(state, recorded.event), recorded.version  # type: ignore[arg-type]
        return Loaded(state, version)

    def history(self, stream: str) -> list[Recorded]:
        """All events of ``stream``: those stored when this unit of work first asked, and its own."""
        stored = self._stored_of.get(stream)
        if stored is None:
            stored = self._stored_of[stream] = read_stream(self.conn, self._setting, stream)
        return stored + self._pending_of.get(stream, [])

    def prefetch(self, streams: Sequence[str]) -> None:
        """Read those of ``streams`` that were not read yet with one query; :meth:`load` finds them at hand. Whoever
        appends to one meanwhile is met by the expected version, as after any other load.
        """
        missing = [stream for stream in streams if stream not in self._stored_of]
        if missing:
            self._stored_of |= read_streams(self.conn, self._setting, missing)

    def once[T](self, key: Hashable, read: Callable[[], T]) -> T:
        """What ``read`` gives, read once in this unit of work: for what stands in read models it does not change."""
        if key not in self._known:
            self._known[key] = read()
        found: T = self._known[key]
        return found

    def forget_known(self) -> None:
        """Read anew what :meth:`once` remembers: a read model was changed in this transaction."""
        self._known.clear()

    def append(
        self, stream: str, expected_version: int, events: Sequence[object], *, context: Context | None = None
    ) -> None:
        """Add ``events`` to ``stream``, whose version must then be ``expected_version`` (0: a new stream).

        ``context`` replaces the unit of work's own, where one transaction answers several messages.
        """
        if "\n" in stream or not stream:
            message = f"not a stream name: {stream!r}"
            raise ValueError(message)
        for number, event in enumerate(events, expected_version + 1):
            recorded = self._recorded(stream, number, event, context or self.context)
            self._pending.append(recorded)
            self._pending_of.setdefault(stream, []).append(recorded)

    def pseudonym(self, subject_id: str, text: str) -> str:
        """A name for ``text`` that cannot be worked out without a key of the person's; none again once they are erased.

        ``LookupError`` for a store that seals nothing.
        """
        if self._setting.sealer is None:
            message = "a store without keys has no pseudonyms"
            raise LookupError(message)
        return self._setting.sealer.vault.pseudonym(subject_id, text)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone: what it wrote and appended is dropped, the rest stays."""
        with self.attempt(), self.conn.begin_nested():
            yield

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """As :meth:`savepoint`, for a part that only appends: nothing is asked of the database."""
        kept = len(self._pending)
        try:
            yield
        except BaseException:
            for dropped in reversed(self._pending[kept:]):
                self._pending_of[dropped.stream].pop()
            del self._pending[kept:]
            raise

    @property
    def empty(self) -> bool:
        """Whether nothing has been appended."""
        return not self._pending

    @property
    def pending(self) -> Sequence[Recorded]:
        """What has been appended and not dropped, in its order."""
        return self._pending

    def before_flush(self, key: Hashable, write: Callable[[], None]) -> None:
        """Have ``write`` run once, when all that will be stored is appended: for rows that are made from it and belong
        to the same transaction. Of several for one ``key`` the first runs.
        """
        self._before_flush.setdefault(key, write)

    def flush(self, command_id: str | None, value: Any) -> Written:
        """Write what was collected; the last statement of the transaction."""
        for write_rows in self._before_flush.values():
            write_rows()
        rows = [self._row(event) for event in self._pending]
        bodies = [body for event in self._pending for body in self._bodies(event)]
        self._refuse_double_versions()
        fingerprint = self.context.fingerprint or ""
        batch = Batch(self._setting.logid, iso_utc(self.now), rows, bodies, command_id, fingerprint, canonical(value))
        return write(self.conn, batch)

    def _recorded(self, stream: str, version: int, event: object, context: Context) -> Recorded:
        type_, schema_version = self._setting.codec.identify(event)
        correlation_id = context.correlation_id or self.context.correlation_id or random_id()
        meta = Meta(context.actor, context.command_id, correlation_id, context.causation_id, context.traceparent)
        event_id = self._event_id(context)
        return Recorded(0, event_id, stream, version, type_, schema_version, event, meta, self.now)

    def _event_id(self, context: Context) -> str:
        if context.command_id is None:
            return random_id()
        return named_id(f"{context.actor}:{context.command_id}:{len(self._pending)}")

    def _row(self, event: Recorded) -> EventRow:
        encoded = self._setting.codec.encode(event.event)
        data = self._sealed(encoded.data, event)
        meta = self._metas.get(event.meta)
        if meta is None:  # most events of a unit of work share theirs
            meta = self._metas[event.meta] = _meta_text(event.meta)
        identity = (event.event_id, event.stream, event.version, event.type, event.schema_version)
        return EventRow(*identity, canonical(data), meta)

    def _sealed(self, data: dict[str, Any], event: Recorded) -> dict[str, Any]:
        sealer = self._setting.sealer
        declared = self._setting.codec.personal.get(event.type)
        return data if sealer is None else sealer.seal(data, event.event_id, declared)

    def _bodies(self, event: Recorded) -> list[Body]:
        setting = self._setting
        published = [] if event.type in DECISIONS else setting.publish(event)
        return [Body(setting.service, setting.logid, event, one, i, setting.sealer) for i, one in enumerate(published)]

    def _refuse_double_versions(self) -> None:
        """Two appends that expected the same version of a stream, within one transaction."""
        names = [(event.stream, event.version) for event in self._pending]
        if len(set(names)) != len(names):
            raise VersionConflict("version_conflict", "a stream was appended to twice with the same version")


def _meta_text(meta: Meta) -> str:
    fields = {
        "actor": meta.actor,
        "command_id": meta.command_id,
        "correlation_id": meta.correlation_id,
        "causation_id": meta.causation_id,
        "traceparent": meta.traceparent,
    }
    return canonical({name: value for name, value in fields.items() if value is not None})


STORED = tuple(column for column in t.events.c if column is not t.events.c.hash)
"""What :func:`decode_all` reads, in this order."""

_STREAM = select(*STORED).where(t.events.c.stream == bindparam("stream")).order_by(t.events.c.version)


def read_stream(conn: Connection, setting: Setting, stream: str, upto_version: int | None = None) -> list[Recorded]:
    """The events of one stream, in order."""
    query = _STREAM if upto_version is None else _STREAM.where(t.events.c.version <= upto_version)
    return decode_all(setting, conn.execute(query, {"stream": stream}).all())


_STREAMS = (
    select(*STORED)
    .where(t.events.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(t.events.c.stream, t.events.c.version)
)
_AT_ONCE = 500


def read_streams(conn: Connection, setting: Setting, streams: Sequence[str]) -> dict[str, list[Recorded]]:
    """The events of each of these streams, in order."""
    found: dict[str, list[Recorded]] = {stream: [] for stream in streams}
    for part in batched(found, _AT_ONCE):
        for recorded in decode_all(setting, conn.execute(_STREAMS, {"streams": part}).all()):
            found[recorded.stream].append(recorded)
    return found


def decode_all(setting: Setting, rows: Sequence[Any]) -> list[Recorded]:
    """Stored rows (of :data:`STORED`) as typed events; the keys of all their sealed fields are looked up at once."""
    if setting.sealer is not None:
        setting.sealer.vault.at_hand(keys_in(row[_DATA] for row in rows))
    return [_decoded(setting, row) for row in rows]


_DATA = [column.name for column in STORED].index("data")


def _decoded(setting: Setting, row: Any) -> Recorded:
    """One stored row as a typed event; sealed fields opened."""
    position, event_id, stream, version, type_, schema_version, text, meta, recorded_at = row
    data = orjson.loads(text)
    if setting.sealer is not None:
        data = setting.sealer.open(data, event_id, setting.codec.personal.get(type_))
    event = setting.codec.decode(type_, schema_version, data)
    at = datetime.fromisoformat(recorded_at)
    return Recorded(position, event_id, stream, version, type_, schema_version, event, _meta(meta), at)


@lru_cache(maxsize=1024)
def _meta(text: str) -> Meta:
    """The events of a transaction have one."""
    found = orjson.loads(text)
    optional = {name: found.get(name) for name in ("command_id", "causation_id", "traceparent")}
    return Meta(actor=found["actor"], correlation_id=found["correlation_id"], **optional)
