"""Where a trip begins and ends, by trips' own function."""

from typing import Any

from chassis.errors import Rejected
from trips.domain.home import Position, home_ends

TOLERANCE_M = 1


def answer(given: dict[str, Any]) -> dict[str, Any]:
    home = None if given["home"] is None else _position(given["home"])
    try:
        ends = home_ends(home, [_position(point) for point in given["points"]], given["limit_m"])
    except Rejected as refusal:
        return {"error": refusal.code}
    return {
        "starts_at_home": ends.starts_at_home,
        "ends_at_home": ends.ends_at_home,
        "start_distance_m": ends.start_distance_m,
        "end_distance_m": ends.end_distance_m,
    }


def same(expect: dict[str, Any], given: dict[str, Any]) -> bool:
    """Distances may differ by one metre."""
    return expect.keys() == given.keys() and all(_near(name, expect[name], given[name]) for name in expect)


def _near(name: str, expected: Any, found: Any) -> bool:
    return abs(expected - found) <= TOLERANCE_M if name.endswith("_distance_m") else expected == found


def _position(point: dict[str, Any]) -> Position:
    return Position(round(point["lon"] * 1_000_000), round(point["lat"] * 1_000_000))
