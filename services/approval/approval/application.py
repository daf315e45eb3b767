"""What approval does, one function per command: load, decide, append, in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from approval.domain import decision
from approval.domain.approvers import Reporter, approvers_among
from approval.domain.events import DecisionClosed, DecisionRequested, DecisionWithdrawn, PersonForgotten, stream_of
from approval.projections import submitted_trips
from chassis import erasing
from chassis.canonical import canonical
from chassis.clock import local_date
from chassis.errors import ServiceError
from chassis.store import Context, Outcome, UnitOfWork, VersionConflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from approval.bootstrap import ApprovalApp
    from approval.domain.decision import Decide
    from approval.domain.organisation import Staffing


def request_decision(uow: UnitOfWork, submitted: DecisionRequested) -> None:
    """The trip waits, unless it is known to be at this revision, at a later one, or settled."""
    stream = stream_of(submitted.trip_id)
    loaded = uow.load(stream, decision.evolve, decision.INITIAL)
    uow.append(stream, loaded.version, decision.request(loaded.state, submitted))


def close_decision(uow: UnitOfWork, settled: DecisionClosed) -> None:
    """The trip is settled; nothing is left to decide."""
    stream = stream_of(settled.trip_id)
    loaded = uow.load(stream, decision.evolve, decision.INITIAL)
    uow.append(stream, loaded.version, decision.close(loaded.state, settled))


def withdraw_decision(uow: UnitOfWork, withdrawn: DecisionWithdrawn) -> None:
    """The trip's owner took it back; nothing is left to decide until it is submitted again."""
    stream = stream_of(withdrawn.trip_id)
    loaded = uow.load(stream, decision.evolve, decision.INITIAL)
    uow.append(stream, loaded.version, decision.withdraw(loaded.state, withdrawn))


def forget_person(app: ApprovalApp, uow: UnitOfWork, person_id: str) -> None:
    """What approval knows of an erased person becomes unreadable, once, and that is confirmed."""
    if erasing.forget(app.store, uow, person_id):
        submitted_trips.forget(uow.conn, person_id)
        uow.append(f"erasure-{person_id}", 0, [PersonForgotten(person_id, uow.now)])


def decide(app: ApprovalApp, context: Context, command: Decide) -> Outcome:
    """Carry out one decision; who may take it is worked out from the organisation of this moment.

    Raises what :func:`approval.domain.decision.decide` raises, and then stores nothing.
    """

    def work(uow: UnitOfWork) -> dict[str, Any]:
        _decide(uow, app.organisation.on(uow.conn, local_date(uow.now)), command)
        return {"trip_id": command.trip_id, "outcome": OUTCOMES[command.verdict]}

    return app.store.execute(_of_one_trip(context, command), work)


def _decide(uow: UnitOfWork, staffing: Staffing, command: Decide) -> None:
    stream = stream_of(command.trip_id)
    loaded = uow.load(stream, decision.evolve, decision.INITIAL)
    entitled = approvers_among(staffing, reporter_of(loaded.state.request))
    uow.append(stream, loaded.version, decision.decide(loaded.state, command, entitled, uow.now))


OUTCOMES = {decision.Verdict.APPROVE: "approved", decision.Verdict.REJECT: "rejected"}


def reporter_of(requested: DecisionRequested | None) -> Reporter:
    """Whose trip it is; of a trip not heard of, nobody's."""
    if requested is None:
        return Reporter("", "")
    return Reporter(requested.person_id, requested.employment_id, requested.org_unit_id)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one of several decisions ended: ``refused`` is None where it was carried out."""

    command: Decide
    refused: ServiceError | None
    position: int = 0


def decide_all(app: ApprovalApp, context: Context, commands: Sequence[Decide]) -> list[Answer]:
    """Each decision for itself: one that is refused keeps none of the others from standing.

    They are stored together; one by one where a key makes each of them repeatable, or somebody else decides the same
    trips at the same moment.
    """
    answers = None if context.command_id else _together(app, context, commands)
    if answers is None:
        answers = [_answer(app, context, command) for command in commands]
    for answer in answers:
        outcome = OUTCOMES[answer.command.verdict] if answer.refused is None else "refused"
        app.metrics.decisions_total.labels(outcome=outcome).inc()
    return answers


def _together(app: ApprovalApp, context: Context, commands: Sequence[Decide]) -> list[Answer] | None:
    """All in one transaction, in which a refused one leaves nothing; None when it met other transactions."""
    refused: list[ServiceError | None] = []

    def work(uow: UnitOfWork) -> None:
        refused.clear()
        uow.prefetch([stream_of(command.trip_id) for command in commands])
        staffing = app.organisation.on(uow.conn, local_date(uow.now))
        for command in commands:
            try:
                _decide(uow, staffing, command)
                refused.append(None)
            except ServiceError as error:
                refused.append(error)

    try:
        position = app.store.execute(context, work).position
    except VersionConflict:
        return None
    both = zip(commands, refused, strict=True)
    return [Answer(command, error, position if error is None else 0) for command, error in both]


def _answer(app: ApprovalApp, context: Context, command: Decide) -> Answer:
    try:
        outcome = decide(app, context, command)
    except ServiceError as error:
        return Answer(command, error)
    return Answer(command, None, outcome.position)


def _of_one_trip(context: Context, command: Decide) -> Context:
    """A request's command id, made different for each of its decisions; the fingerprint is of the whole decision, so
    that a key used again with another comment or account is refused instead of answered with the first outcome.
    """
    if context.command_id is None:
        return context
    key = f"{context.command_id}:{command.trip_id}:{command.revision}:{command.verdict.value}"
    decided = {**asdict(command), "verdict": command.verdict.value}
    return replace(context, command_id=key, fingerprint=hashlib.sha256(canonical(decided).encode()).hexdigest())
