"""The pages of payroll people: the periods, what is in one, and closing it after seeing what will be paid."""

from __future__ import annotations

from datetime import datetime

from chassis.errors import Invalid
from chassis.http import Page, Redirect, Route
from payroll import views
from payroll.application.periods import Wish, close_period
from payroll.domain.period import Expected
from payroll.http.api import PAYROLL, READERS, PayrollCall
from payroll.http.schemas import MinPositionQuery

LIST = "/payroll/"
ONE = "/payroll/periods/<period>"
CLOSE = "/payroll/periods/<period>/close"


def list_page(call: PayrollCall) -> Page:
    return Page("periods.html", {"periods": views.periods(call.app)})


def period_page(call: PayrollCall) -> Page:
    call.await_position(call.query["min_position"])
    view = views.period(call.app, call.path["period"])
    return Page("period.html", {"period": view, "may_close": _may_close(call)})


def confirm_page(call: PayrollCall) -> Page | Redirect:
    """Says once more what will be paid, and what cannot be done afterwards. A period that is closed already has nothing
    to confirm.
    """
    view = views.period(call.app, call.path["period"])
    if view["status"] == "closed" or view["problems"]:
        return Redirect(f"/payroll/periods/{view['period']}")
    incomplete = any(warning["kind"] != "behind" for warning in view["warnings"])
    beside = {"before": views.open_before(call.app, view["period"]), "is_over": views.is_over(call.app, view["period"])}
    return Page("confirm.html", {"period": view, "incomplete": incomplete, **beside})


def close_action(call: PayrollCall) -> Redirect:
    """Pays exactly what the page showed, or nothing: the figures are sent back with the answer."""
    period = call.path["period"]
    try:
        cut_off = datetime.fromisoformat(call.form["cut_off"])
        expected = Expected(int(call.form["trip_count"]), int(call.form["amount_oere"]))
    except (KeyError, ValueError):
        raise Invalid("invalid", "The form does not say what was shown.") from None
    if cut_off.tzinfo is None:
        raise Invalid("invalid", "The form does not say what was shown.")
    wish = Wish(cut_off, expected, accept_incomplete="accept_incomplete" in call.form)
    outcome = close_period(call.app, call.context(), period, wish)
    return Redirect(f"/payroll/periods/{period}?min_position={outcome.position}")


def _may_close(call: PayrollCall) -> bool:
    return call.identity is not None and "payroll" in call.identity.roles


ROUTES = (
    Route("GET", LIST, list_page, access=READERS, summary="Periods", page=True),
    Route("GET", ONE, period_page, access=READERS, summary="A period", query=MinPositionQuery, page=True),
    Route("GET", CLOSE, confirm_page, access=PAYROLL, summary="Confirm the closing of a period", page=True),
    Route("POST", CLOSE, close_action, access=PAYROLL, summary="Close a period", page=True),
)
