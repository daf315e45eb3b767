"""Who may approve: the organisation of a case, and the rule as approval has it."""

from datetime import date, datetime
from typing import Any

from approval.domain.approvers import Reporter, approvers
from approval.domain.organisation import Employment, Organisation, PersonalApprover, Substitute, Unit


def answer(given: dict[str, Any]) -> dict[str, Any]:
    organisation = Organisation(
        tuple(Unit(row["id"], row.get("parent")) for row in given["units"]),
        tuple(
            Employment(row["id"], row["person"], row["unit"], bool(row.get("leader")), *_period(row))
            for row in given["employments"]
        ),
        tuple(
            Substitute(
                row["id"], row["leader"], row["substitute"], row["unit"], *_period(row), bool(row.get("takes_over"))
            )
            for row in given.get("substitutes") or ()
        ),
        tuple(
            PersonalApprover(row["id"], row["person"], row["approver"], *_period(row))
            for row in given.get("personal_approvers") or ()
        ),
    )
    reporter = Reporter(given["trip"]["person"], given["trip"]["employment"])
    found = approvers(organisation, reporter, datetime.fromisoformat(given["at"]))
    return {"approvers": found.ids, "reason": found.reason.value}


def _period(row: dict[str, Any]) -> tuple[date, date | None]:
    return date.fromisoformat(row["from"]), date.fromisoformat(row["to"]) if row.get("to") else None
