"""A day's trips to metres and øre, by trips' own function: the policies it has so far, without the four-km rule."""

from typing import Any

from chassis.errors import Rejected
from trips.domain.deduction import POLICIES, Commute, Drive
from trips.domain.reimbursement import Reimbursement, reimburse


def covers(given: dict[str, Any]) -> bool:
    return given["policy"]["deduction"] in POLICIES and not any(trip.get("four_km") for trip in given["trips"])


def answer(given: dict[str, Any]) -> dict[str, Any]:
    policy = given["policy"]
    day = [_drive(trip) for trip in given["trips"] if trip["status"] == "open"]
    try:
        paid = reimburse(
            day,
            policy=policy["deduction"],
            commute=Commute(policy.get("home_work_m") or 0),
            oere_per_km=given["rate_oere_per_km"],
        )
    except Rejected as refusal:
        return {"error": refusal.code}
    return {"trips": [_shown(one) for one in paid]}


def _drive(trip: dict[str, Any]) -> Drive:
    ends = (bool(trip.get("starts_at_home")), bool(trip.get("ends_at_home")))
    return Drive(trip["id"], trip["method"], trip["route_m"], *ends, bool(trip.get("round_trip")))


def _shown(one: Reimbursement) -> dict[str, Any]:
    return {
        "id": one.trip_id,
        "gross_m": one.gross_m,
        "commute_deducted_m": one.deduction.metres,
        "border_deducted_m": 0,
        "four_km_deducted_m": 0,
        "net_m": one.net_m,
        "amount_oere": one.amount_oere,
    }
