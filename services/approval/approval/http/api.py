"""Approval's API: what waits for the caller, the caller's decisions, and who may decide what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approval import application
from approval.application import Answer
from approval.bootstrap import ApprovalApp
from approval.domain.decision import Decide
from approval.http import queries, schemas
from approval.http.showing import page_of, place_of
from chassis.http import SIGNED_IN, Call, Reply, Route, roles
from chassis.http.problems import problem_of


def inbox(call: Call[Any]) -> Reply:
    call.await_position(call.query["min_position"])
    return Reply(page_of(queries.inbox(call, place_of(call.query["cursor"]), call.query["limit"])))


def unassigned(call: Call[Any]) -> Reply:
    call.await_position(call.query["min_position"])
    return Reply(page_of(queries.unassigned(call, place_of(call.query["cursor"]), call.query["limit"])))


def decisions(call: Call[ApprovalApp]) -> Reply:
    commands = [
        Decide(one["trip_id"], one["revision"], one["decision"], call.person_id, one["comment"], one["account"])
        for one in call.body["decisions"]
    ]
    answers = application.decide_all(call.app, call.context(), commands)
    return Reply({"items": [_outcome(answer) for answer in answers], "position": position_of(answers)})


def approvers(call: Call[ApprovalApp]) -> Reply:
    return Reply(queries.approvers(call, call.path["trip_id"]))


def position_of(answers: Sequence[Answer]) -> int:
    """How far the log was after the last decision that was carried out; 0 when none was."""
    return max((answer.position for answer in answers), default=0)


def _outcome(answer: Answer) -> dict[str, Any]:
    if answer.refused is None:
        return {"trip_id": answer.command.trip_id, "outcome": application.OUTCOMES[answer.command.verdict]}
    return {"trip_id": answer.command.trip_id, "outcome": "refused", "problem": problem_of(answer.refused)}


ROUTES = (
    Route(
        "GET",
        "/approval/api/v1/inbox",
        inbox,
        access=SIGNED_IN,
        summary="The trips the caller may decide, the longest waiting first",
        query=schemas.PageQuery,
        returns=schemas.WaitingTripsSchema,
    ),
    Route(
        "POST",
        "/approval/api/v1/decisions",
        decisions,
        access=SIGNED_IN,
        summary="Approve and reject trips; each stands or falls alone, and may be sent again",
        body=schemas.DecisionsSchema,
        returns=schemas.OutcomesSchema,
    ),
    Route(
        "GET",
        "/approval/api/v1/unassigned",
        unassigned,
        access=roles("admin"),
        summary="The trips that wait and that nobody may decide",
        query=schemas.PageQuery,
        returns=schemas.WaitingTripsSchema,
    ),
    Route(
        "GET",
        "/approval/api/v1/trips/<trip_id>/approvers",
        approvers,
        access=SIGNED_IN,
        summary="Who may decide a trip now, and why; for its owner, its approvers and administrators",
        returns=schemas.ApproversSchema,
    ),
)
