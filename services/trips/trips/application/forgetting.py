"""A person is erased: what trips knows of them becomes unreadable, and that is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chassis import erasing
from chassis.store import UnitOfWork
from trips import drafts
from trips.domain.events import PersonForgotten
from trips.phone import logins
from trips.projections import driving_record, trip_list

if TYPE_CHECKING:
    from trips.bootstrap import TripsApp


def forget_person(app: TripsApp, uow: UnitOfWork, person_id: str) -> None:
    """Once: the keys are destroyed before it is confirmed."""
    if erasing.forget(app.store, uow, person_id):
        trip_list.forget(uow.conn, person_id)
        driving_record.forget(uow.conn, person_id)
        drafts.forget_person(uow.conn, person_id)
        logins.forget_person(uow.conn, person_id)
        uow.append(f"erasure-{person_id}", 0, [PersonForgotten(person_id, uow.now)])
