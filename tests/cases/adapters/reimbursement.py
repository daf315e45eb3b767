"""A day's trips to metres and øre, by trips' own function."""

from typing import Any

from chassis.errors import Rejected
from trips.domain.deduction import BORDER, COMMUTE, FOUR_KM, Commute, Drive, FourKm, Settled
from trips.domain.reimbursement import Reimbursement, reimburse

COUNTING = ("open", "settled")


def answer(given: dict[str, Any]) -> dict[str, Any]:
    policy = given["policy"]
    try:
        paid = reimburse(
            [_drive(trip) for trip in given["trips"] if trip["status"] in COUNTING],
            policy=policy["deduction"],
            commute=Commute(policy.get("home_work_m") or 0),
            oere_per_km=given["rate_oere_per_km"],
            rule=FourKm(policy.get("border_m") or 0) if policy.get("four_km") else None,
        )
    except Rejected as refusal:
        return {"error": refusal.code}
    return {"trips": [_shown(one) for one in paid]}


def _drive(trip: dict[str, Any]) -> Drive:
    return Drive(
        trip_id=trip["id"],
        method=trip["method"],
        route_m=trip["route_m"],
        starts_at_home=bool(trip.get("starts_at_home")),
        ends_at_home=bool(trip.get("ends_at_home")),
        round_trip=bool(trip.get("round_trip")),
        work_route_m=trip.get("work_route_m"),
        four_km=bool(trip.get("four_km")),
        settled=_settled(trip) if trip["status"] == "settled" else None,
    )


def _settled(trip: dict[str, Any]) -> Settled:
    return Settled(trip.get("settled_commute_m") or 0, trip.get("settled_four_km_m") or 0)


def _shown(one: Reimbursement) -> dict[str, Any]:
    return {
        "id": one.trip_id,
        "gross_m": one.gross_m,
        "commute_deducted_m": one.deducted_m(COMMUTE),
        "border_deducted_m": one.deducted_m(BORDER),
        "four_km_deducted_m": one.deducted_m(FOUR_KM),
        "net_m": one.net_m,
        "amount_oere": one.amount_oere,
    }
