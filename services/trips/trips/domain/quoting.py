"""What a trip comes to, in one pure function: the preview shows what the result will be because it *is* the result."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trips.domain.deduction import WITHOUT_EXTRA, Commute, Drive
from trips.domain.events import Place, Quote, Report, RouteFailed, RouteMeasured
from trips.domain.home import HomeEnds, Position, home_ends
from trips.domain.reimbursement import reimburse

CALCULATED = "calculated"
AWAY = HomeEnds(starts_at_home=False, ends_at_home=False, start_distance_m=0, end_distance_m=0)
"""The ends of a trip whose driver's home has no known position: none is at home, and the fault says why."""
HOME_POINT, WORK_POINT = 0, 1


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


def home_and_work(answer: RouteMeasured | RouteFailed) -> HomeAndWork:
    """The commute as routing answered the question home to workplace."""
    if isinstance(answer, RouteMeasured):
        return HomeAndWork(_position(answer.points[0]), Commute(answer.driven_m))
    faults = {HOME_POINT: "home_unknown", WORK_POINT: "work_unknown"}
    fault = None if answer.point_index is None else faults.get(answer.point_index)
    return HomeAndWork(None, Commute(None, fault or "home_work_not_measured"))


def quote(
    report: Report,
    route: RouteMeasured,
    *,
    trip_id: str,
    org_unit_id: str,
    policy: str,
    known: HomeAndWork,
    oere_per_km: int,
) -> Quote:
    """Distance, deduction and expected price of a reported trip.

    ``Rejected("round_trip_closed_path")`` for a round trip from home to home.
    """
    ends = AWAY if known.home is None else home_ends(known.home, [_position(point) for point in route.points])
    method = WITHOUT_EXTRA if report.without_extra else CALCULATED
    drive = Drive(trip_id, method, route.driven_m, ends.starts_at_home, ends.ends_at_home, report.round_trip)
    [paid] = reimburse([drive], policy=policy, commute=known.commute, oere_per_km=oere_per_km)
    [line] = paid.deductions
    return Quote(
        org_unit_id=org_unit_id,
        points=route.points,
        starts_at_home=ends.starts_at_home,
        ends_at_home=ends.ends_at_home,
        gross_m=paid.gross_m,
        ferry_m=route.ferry_m * 2 if report.round_trip else route.ferry_m,
        deductions=(line,),
        net_m=paid.net_m,
        policy=policy,
        home_work_m=line.home_work_m,
        flags=(line.reason,) if line.reason == known.commute.fault else (),
        oere_per_km=oere_per_km,
        amount_oere=paid.amount_oere,
        graph=route.graph,
    )


def _position(place: Place) -> Position:
    return Position(place.lon_e6, place.lat_e6)
