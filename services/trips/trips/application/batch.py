"""Several trips reported at once: each stands or falls by itself, and those that stand are stored together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chassis.errors import ServiceError, Unavailable, Unreadable
from chassis.store import UnitOfWork, VersionConflict
from trips.application.reporting import ReportTrip, report_trip
from trips.application.rules import Rules
from trips.domain import trip as trips
from trips.domain.profile import driver as drivers


@dataclass(frozen=True, slots=True)
class Answer:
    """How one of several reports ended: ``refused`` is None where it was accepted, as ``accepted`` then says."""

    command: ReportTrip
    refused: ServiceError | None
    accepted: Mapping[str, str | int] = field(default_factory=dict)


def report_trips(uow: UnitOfWork, rules: Rules, commands: Sequence[ReportTrip]) -> list[Answer]:
    """Each trip as :func:`report_trip` does it, in their order, which is theirs in their day too; a refused one leaves
    nothing behind.

    ``VersionConflict`` when somebody else changed one of them meanwhile: then none is stored, and all are tried again.
    """
    uow.prefetch(_streams(commands))
    last = len(commands) - 1
    return [
        _answer(uow, rules, replace(command, ahead=timedelta(microseconds=last - number)))
        for number, command in enumerate(commands)
    ]


def _answer(uow: UnitOfWork, rules: Rules, command: ReportTrip) -> Answer:
    try:
        with uow.attempt():
            return Answer(command, None, report_trip(uow, rules, command))
    except (VersionConflict, Unavailable, Unreadable):
        raise
    except ServiceError as refusal:
        return Answer(command, refusal)


def _streams(commands: Sequence[ReportTrip]) -> list[str]:
    """What the reports will look up, read at once: the trips and their drivers."""
    people = dict.fromkeys(command.person_id for command in commands)
    own = [trips.stream_of(command.trip_id) for command in commands]
    return [*own, *(drivers.stream_of(person_id) for person_id in people)]
