"""Everybody payroll knows, as they are now: what a snapshot is compared with and what trips are paid by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, and_, delete, or_, select

from chassis.store import Recorded
from chassis.store.upsert import put
from payroll.domain.events import HomeAddressChanged, PersonChanged, PersonErased, PersonJoined
from payroll.domain.organisation import Person
from payroll.projections.metadata import METADATA, Documents, parts

people = Table(
    "people_v1",
    METADATA,
    Column("person_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),
    Index("people_v1_name", "name", "person_id"),
)
_documents = Documents(Person)


@dataclass(frozen=True)
class Known:
    """A person, and the version of the stream that says so."""

    person: Person
    version: int


def apply(conn: Connection, events: Sequence[Recorded]) -> None:
    """The last event about a person stands; a new address is put into what was known; who is erased is gone."""
    moved = {event.event.person_id for event in events if isinstance(event.event, HomeAddressChanged)}
    known = people_of(conn, moved)
    fresh: dict[str, Known] = {}
    for recorded in events:
        person = _person(recorded.event, {**known, **fresh})
        if person is not None:
            fresh[person.person_id] = Known(person, recorded.version)
    gone = [event.event.person_id for event in events if isinstance(event.event, PersonErased)]
    put(conn, people, [_row(item) for key, item in fresh.items() if key not in gone])
    for part in parts(gone):
        conn.execute(delete(people).where(people.c.person_id.in_(part)))


def _person(event: object, known: dict[str, Known]) -> Person | None:
    match event:
        case PersonJoined() | PersonChanged():
            return event.person
        case HomeAddressChanged():
            return replace(known[event.person_id].person, address=event.address)
        case _:
            return None


def _row(item: Known) -> dict[str, str | int]:
    person = item.person
    document = _documents.dump(person)
    return {"person_id": person.person_id, "version": item.version, "name": person.name, "document": document}


def everybody(conn: Connection) -> dict[str, Known]:
    return {row.person_id: _known(row.document, row.version) for row in conn.execute(select(people))}


def people_of(conn: Connection, person_ids: Iterable[str]) -> dict[str, Known]:
    found = {}
    for part in parts(sorted(person_ids)):
        for row in conn.execute(select(people).where(people.c.person_id.in_(part))):
            found[row.person_id] = _known(row.document, row.version)
    return found


def page(conn: Connection, after: tuple[str, str], limit: int) -> list[Person]:
    """People by name, those after (name, person id)."""
    name, person_id = after
    following = or_(people.c.name > name, and_(people.c.name == name, people.c.person_id > person_id))
    query = select(people.c.document).where(following).order_by(people.c.name, people.c.person_id).limit(limit)
    return [_documents.load(row.document) for row in conn.execute(query)]


def place_of(conn: Connection, person_id: str) -> tuple[str, str]:
    """Where in the order of names a person stands; the beginning for an empty or unknown id."""
    name = conn.execute(select(people.c.name).where(people.c.person_id == person_id)).scalar_one_or_none()
    return ("", "") if name is None else (name, person_id)


def _known(document: str, version: int) -> Known:
    return Known(_documents.load(document), version)
