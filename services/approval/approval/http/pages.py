"""The inbox in a browser: forms that need no script, and a sentence about all that was done.

A posted form is answered with the page itself. Sending it again does no harm: the same decision again is a repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from approval import application
from approval.application import Answer
from approval.bootstrap import ApprovalApp
from approval.domain.decision import Decide, Verdict
from approval.http import queries, schemas
from approval.http.api import position_of
from approval.http.reporting import Report, report
from approval.http.showing import page_of, place_of
from approval.http.texts import TEXTS
from chassis.errors import Invalid
from chassis.http import SIGNED_IN, Call, Page, Route

PATH = "/approval/"
PAGE_SIZE = 50
LARGEST_FORM_BYTES = 256 * 1024
SHOWN_WITHIN_S = 2.0


def inbox(call: Call[ApprovalApp]) -> Page:
    return _page(call, None)


def decide(call: Call[ApprovalApp]) -> Page:
    """Carry out what the form asks for, then show what waits and what became of it."""
    commands = _commands(call)
    answers = application.decide_all(call.app, call.context(), commands)
    call.app.projections.wait_for(position_of(answers), SHOWN_WITHIN_S)
    return _page(call, report(call, answers), _not_explained(answers))


def _page(call: Call[ApprovalApp], done: Report | None, rejecting: Decide | None = None) -> Page:
    cursor = call.query["cursor"]
    page = queries.inbox(call, place_of(cursor), PAGE_SIZE)
    if cursor and not page.items:
        cursor, page = "", queries.inbox(call, place_of(""), PAGE_SIZE)
    shown = page_of(page)
    return Page(
        "inbox.html",
        {
            **shown,
            "done": done,
            "rejecting": rejecting and rejecting.trip_id,
            "cursor": cursor,
            "here": _address(cursor),
            "following": shown["next"] and _address(shown["next"]),
            "all_checked": call.query["checked"] == "all",
            "warning_text": lambda code: _warning(call, code),
        },
    )


def _commands(call: Call[ApprovalApp]) -> list[Decide]:
    """The form's decisions, each trip once.

    :raises Invalid: for what no form of ours sends.
    """
    verdict = _verdict(call.form.get("decision", ""))
    comment = call.form.get("comment", "")[: schemas.LONGEST_COMMENT]
    chosen = dict.fromkeys(call.form.getlist("trip"))
    if len(chosen) > schemas.MOST_TRIPS:
        raise Invalid("invalid", "Too many trips at once.")
    return [Decide(*_trip(value), verdict, call.person_id, comment) for value in chosen]


def _verdict(value: str) -> Verdict:
    try:
        return Verdict(value)
    except ValueError:
        raise Invalid("invalid", "The form names no decision.") from None


def _trip(value: str) -> tuple[str, int]:
    """A trip and the revision that was shown, as `<trip id>:<revision>`."""
    trip_id, _, revision = value.rpartition(":")
    if not trip_id or len(value) > schemas.LONGEST_ID or not (revision.isascii() and revision.isdigit()):
        raise Invalid("invalid", "The form names a trip in a way we cannot read.")
    return trip_id, int(revision)


def _not_explained(answers: Sequence[Answer]) -> Decide | None:
    """The rejection that lacks its reason, so that its form is shown open."""
    missing = [one.command for one in answers if one.refused is not None and one.refused.code == "comment_missing"]
    return missing[0] if missing else None


def _address(cursor: str) -> str:
    return f"{PATH}?{urlencode({'cursor': cursor})}" if cursor else PATH


def _warning(call: Call[ApprovalApp], code: str) -> str:
    """The sentence for a warning; one that a later release of trips gives is named as it is."""
    key = f"warning.{code}"
    return call.t(key) if key in TEXTS["da"] else call.t("warning.other", code=code)


ROUTES = (
    Route("GET", PATH, inbox, access=SIGNED_IN, summary="What waits for me", query=schemas.InboxPageQuery, page=True),
    Route(
        "POST",
        PATH,
        decide,
        access=SIGNED_IN,
        summary="Approve or reject what is selected",
        query=schemas.InboxPageQuery,
        page=True,
        max_body_bytes=LARGEST_FORM_BYTES,
    ),
)
