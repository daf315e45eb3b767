"""What the phone says and is told, between the predecessor's shapes and ours.

The app knows whole numbers as ids: each of ours has one of its own, made from it, and is found by it among what its
driver may use. What the phone says of the border and of prices is not looked at: that is the server's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.clock import COPENHAGEN
from trips.domain.employees import Employment, Rate
from trips.domain.events import Asked, Odometer, Report
from trips.domain.home import Position
from trips.phone.logins import Login

UNKNOWN, NO_TOKEN, NOT_SAVED, NOT_THEIRS, WRONG_LOGIN, DUPLICATE = 600, 610, 640, 670, 680, 690
DEFAULT_REMARK = "Registreret med telefonen"
METRES_PER_KM = 1000
MOST_KM = 10_000
MOST_LATITUDE, MOST_LONGITUDE = 90, 180
MOST_VIA = 48
_NUMBER: Final = re.compile(r"[+-]?[0-9]{0,12}(\.[0-9]{0,30})?(e[+-]?[0-9]{1,2})?", re.IGNORECASE | re.ASCII)
"""A number as text that is cheap to reckon with, whatever it says."""


class Unusable(Exception):
    """What the phone sent cannot be a trip; ``code`` is the predecessor's."""

    def __init__(self, message: str, code: int = NOT_SAVED) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Job:
    """An employment with the unit it belongs to."""

    employment: Employment
    org_unit_id: str
    four_km_allowed: bool


def number_of(id_: str) -> int:
    """The whole number that stands for one of our ids on the phone; fits 31 bits."""
    return int.from_bytes(hashlib.sha256(id_.encode()).digest()[:4]) & 0x7FFFFFFF


def by_number(ids: Iterable[str], number: object) -> str | None:
    """The id that a number stands for; one of our own ids is taken too."""
    return next((one for one in ids if str(number) in (str(number_of(one)), one)), None)


def user_info(
    login: Login, token: str, home: Position | None, jobs: Sequence[Job], rates: Sequence[Rate], today: date
) -> dict[str, Any]:
    """What the phone is told when it signs in or asks again."""
    first, _, last = login.name.rpartition(" ")
    profile = {
        "Id": number_of(login.person_id),
        "Firstname": first or last,
        "Lastname": last if first else "",
        "HomeLatitude": _degrees(home.lat_e6 if home else 0),
        "HomeLongitude": _degrees(home.lon_e6 if home else 0),
        "Authorization": {"GuId": token},
        "Employments": [_job(one) for one in jobs],
    }
    listed = [{"Id": number_of(one.rate_type), "Description": one.name_da, "Year": str(today.year)} for one in rates]
    return {"profile": profile, "rates": listed}


def trip_id_of(sent: Mapping[str, Any], person_id: str) -> str:
    """The id of the trip that the phone made; one that is no UUID still names one trip of the person."""
    text = str(sent.get("Uuid") or "").strip()
    if not text:
        raise Unusable("the report has no Uuid")
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, f"{person_id}:{text}"))


def day_of(sent: Mapping[str, Any]) -> date:
    """The local date of driving."""
    text = str(sent.get("Date") or "").strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable("the date cannot be read") from None
    try:
        return at.date() if at.tzinfo is None or at.timetz() == time() else at.astimezone(COPENHAGEN).date()
    except OverflowError:
        raise Unusable("the date cannot be read") from None


def report_of(sent: Mapping[str, Any], jobs: Iterable[str], rates: Iterable[str], plate: str | None) -> Report:
    """The phone's trip as a report: a distance that was read, with the places it passed as its remark of the way.

    ``Unusable`` when it names no employment or rate of the driver's, or no distance.
    """
    employment_id = by_number(jobs, sent.get("EmploymentId"))
    rate_type = by_number(rates, sent.get("RateId"))
    if employment_id is None or rate_type is None:
        raise Unusable("the employment or the rate is not one of the driver's")
    route = sent.get("route") or sent.get("Route") or {}
    if not isinstance(route, Mapping):
        raise Unusable("the route cannot be read")
    driven = Odometer(_metres(route.get("TotalDistance")), bool(sent.get("StartsAtHome")), bool(sent.get("EndsAtHome")))
    return Report(
        employment_id=employment_id,
        driving_date=day_of(sent),
        purpose=str(sent.get("Purpose") or "").strip()[:500],
        rate_type=rate_type,
        points=_points(route.get("GPSCoordinates") or []),
        round_trip=False,
        without_extra=False,
        licence_plate=plate,
        remark=str(sent.get("ManualEntryRemark") or "").strip()[:2000] or DEFAULT_REMARK,
        four_km=bool(sent.get("FourKmRule")),
        odometer=driven,
    )


def _points(coordinates: object) -> tuple[Asked, ...]:
    """The first fix, those marked as via, and the last. A fix at 0° N 0° E is none: the phone sends it without GPS."""
    if not isinstance(coordinates, list):
        raise Unusable("the coordinates cannot be read")
    places = [
        (_degree(one, "Latitude", MOST_LATITUDE), _degree(one, "Longitude", MOST_LONGITUDE), one) for one in coordinates
    ]
    fixes = [(lat, lon, one) for lat, lon, one in places if lat or lon]
    inner = [one for one in fixes[1:-1] if one[2].get("IsViaPoint")][:MOST_VIA]
    kept = [*fixes[:1], *inner, *(fixes[-1:] if len(fixes) > 1 else [])]
    return tuple(Asked(None, f"{lat:.5f}, {lon:.5f}") for lat, lon, _ in kept)


def _degree(fix: object, name: str, most: int) -> Decimal:
    if not isinstance(fix, Mapping):
        raise Unusable("a coordinate cannot be read")
    degrees = _decimal(fix.get(name))
    if abs(degrees) > most:
        raise Unusable("a coordinate is nowhere on earth")
    return degrees


def _metres(km: object) -> int:
    """Kilometres, as a number or as text, to whole metres, half up."""
    distance = _decimal(km)
    if not 0 < distance <= MOST_KM:
        raise Unusable("the distance is not one that can be driven in a day")
    return int(distance * METRES_PER_KM + Decimal("0.5"))


def _decimal(value: object) -> Decimal:
    """Bounded by its text before it is anything to reckon with."""
    text = str(value).strip().replace(",", ".") if isinstance(value, str | int | float) else ""
    if not _NUMBER.fullmatch(text):
        raise Unusable("a number cannot be read")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Unusable("a number cannot be read") from None


def _job(one: Job) -> dict[str, Any]:
    return {
        "Id": number_of(one.employment.employment_id),
        "EmploymentPosition": one.employment.position,
        "ManNr": number_of(one.employment.employment_id),
        "StartDateTimestamp": _timestamp(one.employment.starts),
        "EndDateTimestamp": 0 if one.employment.ends is None else _timestamp(one.employment.ends),
        "OrgUnit": {"OrgId": number_of(one.org_unit_id), "FourKmRuleAllowed": one.four_km_allowed},
    }


def _timestamp(day: date) -> int:
    """Seconds from 1970 to the day's midnight in Denmark."""
    return int(datetime.combine(day, time(), COPENHAGEN).timestamp())


def _degrees(millionths: int) -> str:
    sign = "-" if millionths < 0 else ""
    whole, rest = divmod(abs(millionths), 1_000_000)
    return f"{sign}{whole}.{rest:06d}"
