"""What payroll takes from others' events: what was driven, what was approved, and who forgot an erased person."""

from __future__ import annotations

from typing import Any

from chassis.bus import Envelope, Subscription, each
from chassis.store import UnitOfWork
from payroll.application.erasing import confirm_erasure
from payroll.domain.events import ErasureConfirmed
from payroll.projections.payable_trips import APPROVED_TRIPS, SUBMITTED_TRIPS
from payroll.reading import read


def on_erasure_confirmed(_app: Any, uow: UnitOfWork, envelope: Envelope) -> None:
    confirmed: ErasureConfirmed = read(envelope.source.removeprefix(URN), envelope.type, envelope.data)
    confirm_erasure(uow, confirmed)


URN = "urn:service:"
REACTION = each({"person-erasure-confirmed": on_erasure_confirmed})
FROM_TRIPS = Subscription("trips", REACTION, (SUBMITTED_TRIPS,))
FROM_APPROVAL = Subscription("approval", REACTION, (APPROVED_TRIPS,))
FROM_ROUTING = Subscription("routing", REACTION)
