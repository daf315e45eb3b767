"""What a trip comes to, in one pure function: the preview shows what the result will be because it *is* the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from trips.domain.deduction import Commute
from trips.domain.driving_day import DayTrip, home_legs
from trips.domain.events import Basis, Graph, HomeLeg, Place, Quote, Report, RouteFailed, RouteMeasured
from trips.domain.home import HomeEnds, Position, home_ends, position_of
from trips.domain.reimbursement import refuse_closed_round_trip
from trips.domain.settings import Terms

AWAY = HomeEnds(starts_at_home=False, ends_at_home=False, start_distance_m=0, end_distance_m=0)
"""The ends of a trip whose driver's home has no known position: none is at home, and the fault says why."""
HOME_POINT, WORK_POINT = 0, 1
NOT_MEASURED = Graph("none", None, None, None, None, None, None, None)
"""What stands in the place of the map where a distance was typed."""


@dataclass(frozen=True, slots=True)
class HomeAndWork:
    """What is known of the employee's commute on the driving date: home's position, and the distance to work."""

    home: Position | None
    commute: Commute

    def at_distance(self, home_work_m: int | None) -> HomeAndWork:
        """With the distance the employee has set, None for none; useless while nobody knows where home is."""
        if home_work_m is None or self.home is None:
            return self
        return replace(self, commute=Commute(home_work_m))


@dataclass(frozen=True, slots=True)
class Driven:
    """A trip's own distance, one way: measured, or typed."""

    points: tuple[Place, ...]
    route_m: int
    legs_m: tuple[int, ...]
    ferry_m: int
    starts_at_home: bool
    ends_at_home: bool
    graph: Graph


def home_and_work(answer: RouteMeasured | RouteFailed) -> HomeAndWork:
    """The commute as routing answered the question home to workplace."""
    if isinstance(answer, RouteMeasured):
        return HomeAndWork(position_of(answer.points[0]), Commute(answer.driven_m))
    faults = {HOME_POINT: "home_unknown", WORK_POINT: "work_unknown"}
    fault = None if answer.point_index is None else faults.get(answer.point_index)
    return HomeAndWork(None, Commute(None, fault or "home_work_not_measured"))


def driven(route: RouteMeasured, home: Position | None) -> Driven:
    """A measured trip, with the ends of it that are at home."""
    ends = AWAY if home is None else home_ends(home, [position_of(point) for point in route.points])
    at_home = (ends.starts_at_home, ends.ends_at_home)
    return Driven(route.points, route.driven_m, route.legs_m, route.ferry_m, *at_home, route.graph)


def draw(  # noqa: PLR0913 what a trip rests on
    report: Report,
    way: Driven,
    *,
    org_unit_id: str,
    terms: Terms,
    commute: Commute,
    border_m: int,
    work_route_m: int | None,
    oere_per_km: int,
    name_of: Callable[[str], str],
) -> Quote:
    """What was measured of a trip, nothing deducted yet: what :func:`trips.domain.driving_day.reckon_day` goes on from.
    ``name_of`` gives what stands for an address.

    ``Rejected("round_trip_closed_path")`` for a round trip from home to home.
    """
    legs, worked_at = _workplaces(report, way, [name_of(point.address_id) for point in way.points])
    known = (way.route_m, work_route_m, commute.home_work_m, commute.fault, border_m, terms.after_sixty_days)
    drawn = _undeducted(report, way, org_unit_id, terms.deduction, oere_per_km, Basis(*known, legs, worked_at))
    refuse_closed_round_trip(DayTrip("", report, drawn, _EVER).drive)
    return drawn


def _workplaces(report: Report, way: Driven, names: list[str]) -> tuple[tuple[HomeLeg, ...], tuple[str, ...]]:
    """The legs between home and a workplace, and all workplaces of the trip: its points that are not home."""
    ends = {"starts": way.starts_at_home, "ends": way.ends_at_home}
    legs = home_legs(report, names, way.legs_m or (way.route_m,), **ends)
    worked_at = names[1 if way.starts_at_home else 0 : len(names) - (1 if way.ends_at_home else 0)]
    return legs, tuple(dict.fromkeys(worked_at))


def _undeducted(report: Report, way: Driven, org_unit_id: str, policy: str, oere_per_km: int, basis: Basis) -> Quote:
    ways = 2 if report.round_trip else 1
    return Quote(
        org_unit_id=org_unit_id,
        points=way.points,
        starts_at_home=way.starts_at_home,
        ends_at_home=way.ends_at_home,
        gross_m=way.route_m * ways,
        ferry_m=way.ferry_m * ways,
        deductions=(),
        net_m=0,
        policy=policy,
        home_work_m=None,
        flags=(),
        oere_per_km=oere_per_km,
        amount_oere=0,
        graph=way.graph,
        basis=basis,
    )


_EVER = datetime.min.replace(tzinfo=UTC)
