"""After deciding: sentences that say what was done, what was not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approval.application import Answer
from approval.bootstrap import ApprovalApp
from approval.domain.decision import Verdict
from approval.http.texts import TEXTS
from approval.projections.organisation import names_of
from approval.projections.submitted_trips import drives_of
from chassis.errors import Forbidden, NotFound
from chassis.http import Call
from chassis.pages.formats import day
from chassis.store import reading


@dataclass(frozen=True, slots=True)
class Report:
    """Sentences in the reader's language; both empty when nothing was asked for."""

    done: tuple[str, ...]
    refused: tuple[str, ...]


def report(call: Call[ApprovalApp], answers: Sequence[Answer]) -> Report:
    if not answers:
        return Report((), (call.t("done.nothing_selected"),))
    labels = _labels(call, answers)
    done = [
        _done(call, verb, [one for one in answers if one.refused is None and one.command.verdict is verdict], labels)
        for verdict, verb in ((Verdict.APPROVE, "approved"), (Verdict.REJECT, "rejected"))
    ]
    refused = [
        call.t("done.refused_line", label=labels[one.command.trip_id], sentence=_sentence(call, one.refused.code))
        for one in answers
        if one.refused is not None
    ]
    return Report(tuple(filter(None, done)), tuple(refused))


def _done(call: Call[ApprovalApp], verb: str, answers: Sequence[Answer], labels: dict[str, str]) -> str:
    if not answers:
        return ""
    if len(answers) == 1:
        return call.t(f"done.{verb}_one", label=labels[answers[0].command.trip_id])
    return call.t(f"done.{verb}_many", count=len(answers))


def _sentence(call: Call[ApprovalApp], code: str) -> str:
    key = f"refused.{code}"
    return call.t(key if key in TEXTS["da"] else "refused.other")


def _labels(call: Call[ApprovalApp], answers: Sequence[Answer]) -> dict[str, str]:
    """Name and day of each trip; nothing of a trip the caller has no part in."""
    trip_ids = [one.command.trip_id for one in answers if not isinstance(one.refused, Forbidden | NotFound)]
    with reading(call.app.store.engine) as conn:
        drives = drives_of(conn, trip_ids)
        names = names_of(conn, sorted({drive.person_id for drive in drives.values()}))
    labels = {one.command.trip_id: call.t("trip.unnamed") for one in answers}
    for trip_id, drive in drives.items():
        name = names.get(drive.person_id, drive.person_id)
        labels[trip_id] = call.t("trip.label", name=name, day=day(drive.driving_date, call.language))
    return labels
