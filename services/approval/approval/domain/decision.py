"""The decision on one trip: awaiting(revision) → approved, rejected or withdrawn → awaiting(a later one) …, → settled.

Other services' events may come in any order: a settlement may be heard of before the trip, an old revision
after a new one. Whatever the order, the highest revision wins and a settled trip stays settled.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from approval.domain.approvers import Approver, Approvers
from approval.domain.errors import (
    AlreadyDecided,
    BadAccount,
    CommentMissing,
    NotYourTrip,
    OtherRevision,
    OwnTrip,
    UnknownTrip,
)
from approval.domain.events import (
    DecisionClosed,
    DecisionEvent,
    DecisionRequested,
    DecisionWithdrawn,
    TripApproved,
    TripRejected,
)

ACCOUNT_DIGITS = 10


class Status(enum.Enum):
    UNKNOWN = "unknown"
    AWAITING = "awaiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Verdict(enum.Enum):
    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Decide:
    """The command: ``by`` decides ``revision`` of a trip; texts are as typed."""

    trip_id: str
    revision: int
    verdict: Verdict
    by: str
    comment: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is known of one trip; ``last`` is the latest decision on the current revision."""

    status: Status = Status.UNKNOWN
    revision: int = 0
    request: DecisionRequested | None = None
    last: TripApproved | TripRejected | None = None


INITIAL = Decision()


def evolve(state: Decision, event: object) -> Decision:
    match event:
        case DecisionRequested():
            return Decision(Status.AWAITING, event.revision, event)
        case TripApproved():
            return replace(state, status=Status.APPROVED, last=event)
        case TripRejected():
            return replace(state, status=Status.REJECTED, last=event)
        case DecisionClosed():
            return replace(state, status=Status.SETTLED, revision=max(state.revision, event.revision))
        case DecisionWithdrawn():
            return replace(state, status=Status.WITHDRAWN)
        case _:
            return state


def request(state: Decision, submitted: DecisionRequested) -> Sequence[DecisionEvent]:
    """A trip was submitted: it waits, unless this or a later revision or its settlement is known."""
    if state.status is Status.SETTLED or submitted.revision <= state.revision:
        return []
    return [submitted]


def close(state: Decision, settled: DecisionClosed) -> Sequence[DecisionEvent]:
    """The trip was settled: nothing more is to be decided."""
    return [] if state.status is Status.SETTLED else [settled]


def withdraw(state: Decision, withdrawn: DecisionWithdrawn) -> Sequence[DecisionEvent]:
    """The revision is taken back: it can no longer be decided, and a decision on it has come to nothing."""
    settled_or_gone = state.status in (Status.UNKNOWN, Status.SETTLED, Status.WITHDRAWN)
    return [] if settled_or_gone or withdrawn.revision < state.revision else [withdrawn]


def decide(state: Decision, command: Decide, approvers: Approvers, at: datetime) -> Sequence[DecisionEvent]:
    """The event the command leads to, or none when ``by`` decided exactly this already.

    Raises ``UnknownTrip``, ``OwnTrip``, ``NotYourTrip``, ``OtherRevision``, ``AlreadyDecided``,
    ``CommentMissing`` or ``BadAccount``, in this order of precedence.
    """
    if state.request is None:
        raise UnknownTrip(command.trip_id)
    comment, account = _tidy(command.comment), _tidy(command.account)
    if _is_repeat(state, command, comment, account):
        return []
    approver = _entitled(state.request, command.by, approvers)
    if command.revision != state.revision:
        raise OtherRevision(command.revision, state.revision)
    if state.status is not Status.AWAITING:
        raise AlreadyDecided(state.status.value)
    return [_event(state.request, command.verdict, approver, at, comment, account)]


def _entitled(requested: DecisionRequested, by: str, approvers: Approvers) -> Approver:
    if by == requested.person_id:
        raise OwnTrip
    approver = approvers.get(by)
    if approver is None:
        raise NotYourTrip
    return approver


def _is_repeat(state: Decision, command: Decide, comment: str | None, account: str | None) -> bool:
    """The same decision by the same person; whether the trip has been settled since plays no part."""
    match state.last:
        case TripApproved() as last:
            same = command.verdict is Verdict.APPROVE and last.account == account
        case TripRejected() as last:
            same = command.verdict is Verdict.REJECT and account is None
        case None:
            return False
    return same and (last.decided_by, last.revision, last.comment) == (command.by, command.revision, comment)


def _event(
    requested: DecisionRequested,
    verdict: Verdict,
    approver: Approver,
    at: datetime,
    comment: str | None,
    account: str | None,
) -> TripApproved | TripRejected:
    common = (requested.trip_id, requested.revision, requested.person_id)
    by = (approver.person_id, approver.capacity.value, at)
    if verdict is Verdict.APPROVE:
        if account is not None and not _is_account(account):
            raise BadAccount
        return TripApproved(*common, *by, comment, account)
    if comment is None:
        raise CommentMissing
    if account is not None:
        raise BadAccount
    return TripRejected(*common, *by, comment)


def _is_account(text: str) -> bool:
    return len(text) == ACCOUNT_DIGITS and text.isascii() and text.isdigit()


def _tidy(text: str | None) -> str | None:
    """Without blanks around it; nothing but blanks is nothing."""
    return (text or "").strip() or None
