"""What approval does when something happens elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from approval import application
from approval.domain.events import DecisionClosed, DecisionRequested, DecisionWithdrawn
from approval.domain.trip import SubmittedTrip
from approval.reading import SettledTrip, WithdrawnTrip, read
from chassis.store import UnitOfWork

if TYPE_CHECKING:
    from chassis.bus.envelope import Envelope

type Reaction = Callable[[Any, UnitOfWork, Envelope], None]


def open_decision(_app: Any, uow: UnitOfWork, envelope: Envelope) -> None:
    trip: SubmittedTrip = read("trips", envelope)
    who = (trip.person_id, trip.employment_id, trip.org_unit_id)
    application.request_decision(uow, DecisionRequested(trip.trip_id, trip.revision, *who, trip.submitted_at))


def withdraw_decision(_app: Any, uow: UnitOfWork, envelope: Envelope) -> None:
    trip: WithdrawnTrip = read("trips", envelope)
    application.withdraw_decision(uow, DecisionWithdrawn(trip.trip_id, trip.revision, trip.withdrawn_at))


def close_decision(_app: Any, uow: UnitOfWork, envelope: Envelope) -> None:
    settled: SettledTrip = read("payroll", envelope)
    application.close_decision(uow, DecisionClosed(settled.trip_id, settled.revision, settled.settled_at))


def forget_person(app: Any, uow: UnitOfWork, envelope: Envelope) -> None:
    application.forget_person(app, uow, read("payroll", envelope)["person_id"])


FROM_TRIPS: Mapping[str, Reaction] = {"trip-submitted": open_decision, "trip-withdrawn": withdraw_decision}
FROM_PAYROLL: Mapping[str, Reaction] = {"trip-settled": close_decision, "person-erased": forget_person}
"""The organisation's events need no reaction: they only fill a projection."""
