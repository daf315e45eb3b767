"""An answer in the shape of OSRM, which Valhalla gives too when asked for it: the engines' floats end here."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from routing.domain.errors import EngineUnavailable, NoRoadNear, NoRoute, NotRoutable
from routing.domain.route import Leg

_CARRIED = frozenset({"ferry", "train"})
"""Modes in which the vehicle is carried: metres that nobody drives."""

_ABOUT_THE_QUESTION = frozenset(
    {"InvalidQuery", "InvalidValue", "InvalidOptions", "TooBig", "PerimeterExceeded", "BreakageDistanceExceeded"}
)
"""Codes of OSRM and Valhalla for a question that they will not answer to anybody, while they answer others."""


def leg_of(answer: Any) -> Leg:
    """The leg of an answer to a question between two points, with steps, full geometry and polyline of precision 6."""
    route = answer["routes"][0]
    steps = [step for leg in route["legs"] for step in leg["steps"]]
    carried = sum((_decimal(step["distance"]) for step in steps if step["mode"] in _CARRIED), Decimal(0))
    start, end = answer["waypoints"]
    return Leg(
        driven_m=_whole(_decimal(route["distance"]) - carried),
        ferry_m=_whole(carried),
        duration_s=_whole(_decimal(route["duration"])),
        snap_from_m=_whole(_decimal(start["distance"])),
        snap_to_m=_whole(_decimal(end["distance"])),
        polyline6=str(route["geometry"]),
    )


def refusal_of(code: str, message: str) -> Exception:
    """The error that OSRM's code and sentence stand for; what is not about the question is for an operator."""
    if code == "NoSegment":
        at = re.search(r"coordinate (\d+)", message)
        return NoRoadNear(int(at.group(1)) if at else 0)
    if code == "NoRoute":
        return NoRoute()
    if code in _ABOUT_THE_QUESTION:
        return NotRoutable()
    return EngineUnavailable(f"The engine failed: {code} {message}")


def _decimal(number: float) -> Decimal:
    return Decimal(str(number))


def _whole(metres: Decimal) -> int:
    """Half up, once per leg; the engine gives tenths."""
    return int(metres.quantize(Decimal(1), ROUND_HALF_UP))
