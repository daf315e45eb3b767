"""What has happened to trips and to the routes asked for. Stored for good: change by upcaster, or add a field with a
default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from trips.domain.deduction import Deduction


@dataclass(frozen=True, slots=True)
class Asked:
    """A point of a route as somebody gave it: routing's address id, or text. With an id the text is only what people
    are shown until the route is measured.
    """

    address_id: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A point of a measured route as routing resolved it."""

    address_id: str
    text: str
    lon_e6: int
    lat_e6: int


@dataclass(frozen=True, slots=True)
class Graph:
    """The map and engine a distance was measured on, so that it can be measured again."""

    graph_id: str
    engine: str | None
    engine_version: str | None
    algorithm: str | None
    profile: str | None
    profile_sha256: str | None
    map_sha256: str | None
    map_data_date: str | None


@dataclass(frozen=True, slots=True)
class Odometer:
    """A distance somebody read or a phone measured, one way, and which ends of it they say are at home."""

    distance_m: int
    starts_at_home: bool
    ends_at_home: bool


@dataclass(frozen=True, slots=True)
class Report:
    """A trip as the employee reported it. ``four_km``: it uses the four-km rule. An ``odometer`` trip is not measured;
    its points, where it has any, are only shown. With a ``trailer`` the rate's second pay code is paid too.
    """

    employment_id: str
    driving_date: date
    purpose: str
    rate_type: str
    points: tuple[Asked, ...]
    round_trip: bool
    without_extra: bool
    licence_plate: str | None
    remark: str | None
    four_km: bool = False
    odometer: Odometer | None = None
    passengers: int = 0
    trailer: bool = False


@dataclass(frozen=True, slots=True)
class HomeLeg:
    """The way between home and a workplace, ``metres`` both ways of a round trip. ``workplace`` stands for the address,
    and for one person alone.
    """

    workplace: str
    metres: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a trip's figures rest on, whatever else is driven that day: kept, so that the day is reckoned anew from what
    was measured then. ``worked_at`` are the workplaces of the trip, those of its home legs among them.
    """

    route_m: int
    work_route_m: int | None
    commute_m: int | None
    commute_fault: str | None
    border_m: int
    after_sixty_days: str
    home_legs: tuple[HomeLeg, ...]
    worked_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SixtyDay:
    """The count of one home leg's workplace: the day's number among those since ``window_from``. ``private_m`` is what
    of the trip is not tax-free for that.
    """

    workplace: str
    day_number: int
    window_from: date
    private_m: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What a reported trip comes to. The preview shows it, the submitted trip holds it: the same figures.

    ``oere_per_km`` and ``amount_oere`` are what is expected; payroll prices the trip when it settles it. ``taxable_m``
    of the ``net_m`` are paid as taxable income. ``hidden_points`` are the points, from 0, that only the driver is
    shown: their home, where its address is protected. ``alternative_home``: home is one its driver has set.
    """

    org_unit_id: str
    points: tuple[Place, ...]
    starts_at_home: bool
    ends_at_home: bool
    gross_m: int
    ferry_m: int
    deductions: tuple[Deduction, ...]
    net_m: int
    policy: str
    home_work_m: int | None
    flags: tuple[str, ...]
    oere_per_km: int
    amount_oere: int
    graph: Graph
    taxable_m: int = 0
    sixty_day: tuple[SixtyDay, ...] = ()
    basis: Basis | None = None
    divergent: bool = False
    hidden_points: tuple[int, ...] = ()
    alternative_home: bool = False


@dataclass(frozen=True, slots=True)
class TripReported:
    """An employee reported a trip, or reported it anew with changes (a later revision); it is being measured."""

    trip_id: str
    revision: int
    person_id: str
    report: Report
    reported_at: datetime


REPORTED, DAY_CHANGED, COUNT_CHANGED = "reported", "day_changed", "sixty_day_count_changed"
HOME_PROTECTED = "home_protected"
"""Why a trip is submitted: its owner reported it; another trip of its day changed; its 60-day count is another; a home
that it names may no longer be shown.
"""


@dataclass(frozen=True, slots=True)
class TripSubmitted:
    """The trip is measured and awaits a decision. Holds the whole trip, because it is published whole."""

    trip_id: str
    revision: int
    person_id: str
    report: Report
    quote: Quote
    submitted_at: datetime
    cause: str = REPORTED


@dataclass(frozen=True, slots=True)
class TripWithdrawn:
    """What was reported up to this revision no longer stands; ``amended``: the owner reports the trip anew."""

    trip_id: str
    revision: int
    person_id: str
    withdrawn_at: datetime
    amended: bool = False


@dataclass(frozen=True, slots=True)
class SettledTripQuestioned:
    """What became known after a trip was paid would have given it other figures: a person must decide about that."""

    code: str
    questioned_at: datetime


@dataclass(frozen=True, slots=True)
class TripNotMeasurable:
    """No distance can be found for the trip as reported; ``point_index`` names the point at fault, from 0."""

    revision: int
    code: str
    point_index: int | None
    detail: str
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class TripApproved:
    """The approver said yes to this revision."""

    revision: int
    decided_by: str
    decided_at: datetime
    decided_as: str
    comment: str | None
    account: str | None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class TripRejected:
    """The approver said no to this revision."""

    revision: int
    decided_by: str
    decided_at: datetime
    decided_as: str
    comment: str | None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class TripSettled:
    """Payroll pays the trip with the period's wages: these figures are final."""

    revision: int
    period: str
    net_m: int
    rate_type: str
    oere_per_km: int
    amount_oere: int
    pay_code: str
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class PaidRevisionStands:
    """Payroll paid another revision than the one that was in force here: the trip is as it was in that one."""

    trip_id: str
    revision: int
    person_id: str
    report: Report
    quote: Quote


@dataclass(frozen=True, slots=True)
class RouteRequested:
    """Routing was asked to measure these points for somebody; ``requested_at`` and ``person_id`` are None where they
    were not stored yet.
    """

    request_id: str
    profile: str
    points: tuple[Asked, ...]
    requested_at: datetime | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class RouteAwaited:
    """A trip goes on as soon as the route is answered."""

    trip_id: str


@dataclass(frozen=True, slots=True)
class RouteMeasured:
    """Routing's answer: the road distance one way, ferries apart, and of each leg. ``received_at`` is when it was heard
    here: it decides for how long the answer is fresh, so that an answer routing had ready is not asked for again.
    """

    request_id: str
    points: tuple[Place, ...]
    driven_m: int
    ferry_m: int
    graph: Graph
    measured_at: datetime
    received_at: datetime
    person_id: str | None = None
    legs_m: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteFailed:
    """Routing's answer: it cannot be measured, and why."""

    request_id: str
    code: str
    point_index: int | None
    detail: str
    failed_at: datetime
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class PersonForgotten:
    """An erased person's keys are destroyed here; nothing about them can be read from now on."""

    person_id: str
    confirmed_at: datetime


type TripEvent = (
    TripReported
    | TripSubmitted
    | TripNotMeasurable
    | TripApproved
    | TripRejected
    | TripSettled
    | TripWithdrawn
    | SettledTripQuestioned
    | PaidRevisionStands
)
type RouteEvent = RouteRequested | RouteAwaited | RouteMeasured | RouteFailed
