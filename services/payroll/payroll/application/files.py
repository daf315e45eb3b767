"""The payroll file of a closed period, made from its settlements alone."""

from __future__ import annotations

from dataclasses import replace

from chassis.errors import NotFound
from chassis.identity import record_accesses
from chassis.store import Context, UnitOfWork
from payroll.app import PayrollApp
from payroll.application.current import execute_on_current
from payroll.domain.errors import CprErased
from payroll.domain.events import PersonJoined
from payroll.domain.opus import FileSettings, Payee, opus_file
from payroll.domain.period import FileExported, Period, evolve, line_employment, lines_of
from payroll.domain.settlement import TripSettled
from payroll.projections.settlements import settled_in

OPUS = "opus"


def opus_of(app: PayrollApp, context: Context, period: str) -> bytes:
    """The bytes of the OPUS file, the same whenever it is asked for. Who took it is recorded, for each person in it.

    NotFound when the period is not closed or has no line; CprErased when a number in it can no longer be read.
    """
    made: list[bytes] = []

    def work(uow: UnitOfWork) -> None:
        stream = f"period-{period}"
        loaded = uow.load(stream, evolve, Period())
        if loaded.state.closed is None:
            raise NotFound("period_not_closed", "There is no file before the period is closed.")
        settled = settled_in(uow.conn, period)
        made[:] = [_file(uow, settled, loaded.state.closed.file)]
        uow.append(stream, loaded.version, [FileExported(period, OPUS, len(lines_of(settled)))])
        person_ids = {item.person_id for item in settled}
        record_accesses(uow.conn, uow.context, uow.now, person_ids, f"payroll file {period}")

    execute_on_current(app, replace(context, command_id=None), work)
    return made[0]


def _file(uow: UnitOfWork, settled: list[TripSettled], settings: FileSettings) -> bytes:
    content = opus_file(lines_of(settled), _payees(uow, settled), settings)
    if content is None:
        raise NotFound("no_lines", "There is no file: no trip of the period has a line.")
    return content


def _payees(uow: UnitOfWork, settled: list[TripSettled]) -> dict[str, Payee]:
    person_ids = sorted({item.person_id for item in settled})
    uow.prefetch([f"person-{person_id}" for person_id in person_ids])
    cprs = {person_id: _cpr(uow, person_id) for person_id in person_ids}
    return {
        line_employment(item): Payee(cprs[item.person_id], item.employment_type, item.extra_digit) for item in settled
    }


def _cpr(uow: UnitOfWork, person_id: str) -> str:
    """From the first event about the person, the only place where the number is."""
    joined = uow.history(f"person-{person_id}")[0].event
    if not isinstance(joined, PersonJoined) or joined.cpr.value is None:
        raise CprErased
    return str(joined.cpr.value)
