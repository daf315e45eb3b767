"""The 60-day account of the days in a case, by trips' own function."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from trips.domain.sixty_day import CountedDay, Day, sixty_day_account

FRIDAY = 4


def answer(given: dict[str, Any]) -> dict[str, Any]:
    days = [_day(written, on) for written, on in _days(given["days"])]
    return {"days": [_shown(one) for one in sixty_day_account(days)]}


def same(expect: dict[str, Any], answered: dict[str, Any]) -> bool:
    """A case asks for all days, for some of them, or for sums of them."""
    found = answered["days"]
    return (
        expect.get("days", found) == found
        and all(day in found for day in expect.get("selected_days", []))
        and all(_total(total, found) == total for total in expect.get("totals", []))
    )


def _day(written: dict[str, Any], on: date) -> Day:
    if written["kind"] != "work":
        return Day(on)
    return Day(on, frozenset(written.get("home_legs") or ()), frozenset(written.get("worked_at") or ()))


def _days(written: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], date]]:
    """Single days and runs of days; a run without a beginning follows on the latest date so far."""
    latest = date.min
    for item in written:
        run = [(item, date.fromisoformat(item["date"]))] if "date" in item else _run(item, latest)
        for fields, on in run:
            latest = max(latest, on)
            yield fields, on


def _run(item: dict[str, Any], latest: date) -> list[tuple[dict[str, Any], date]]:
    pattern = item.get("pattern") or [{}]
    on = date.fromisoformat(item["from"]) if item.get("from") else latest + timedelta(days=1)
    step = timedelta(days=item.get("every_days") or 1)
    found: list[tuple[dict[str, Any], date]] = []
    while len(found) < item["repeat"]:
        if not item.get("weekdays_only") or on.weekday() <= FRIDAY:
            found.append(({**item, **pattern[len(found) % len(pattern)]}, on))
        on += step
    return found


def _shown(one: CountedDay) -> dict[str, Any]:
    return {
        "date": one.on.isoformat(),
        "workplace": one.workplace,
        "day_number": one.day_number,
        "tax_free": one.tax_free,
    }


def _total(total: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    days = [
        day for day in found if day["workplace"] == total["workplace"] and total["from"] <= day["date"] < total["to"]
    ]
    return {**total, "home_leg_days": len(days), "tax_free_days": sum(day["tax_free"] for day in days)}
