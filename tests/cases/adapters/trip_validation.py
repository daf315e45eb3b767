"""Everything wrong with a trip at once, by trips' own function."""

from datetime import date, datetime
from typing import Any

from chassis.clock import local_date
from trips.domain.validation import Draft, Limits, faults


def answer(given: dict[str, Any]) -> dict[str, Any]:
    trip = given["trip"]
    draft = Draft(
        method=trip["method"],
        purpose=trip.get("purpose"),
        driving_date=date.fromisoformat(trip["date"]),
        point_count=len(trip.get("points") or ()),
        comment=trip.get("comment"),
        distance_m=trip.get("distance_m"),
        licence_plate=trip.get("plate"),
        four_km=bool(trip.get("four_km")),
        round_trip=bool(trip.get("round_trip")),
        starts_at_home=bool(trip.get("starts_at_home")),
        ends_at_home=bool(trip.get("ends_at_home")),
    )
    limits = Limits(
        today=local_date(datetime.fromisoformat(given["now"])),
        max_age_days=given["settings"].get("max_age_days"),
        requires_plate=bool(given["rate_type"].get("requires_plate")),
        four_km_allowed=bool(given["unit"].get("four_km_allowed")),
    )
    found = faults(draft, limits)
    return {"valid": not found, "errors": list(found)}
