"""From payroll's own events to what others may read: the only place that knows both shapes.

No CPR number, e-mail, cost centre, employment type or extra digit passes here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chassis.clock import iso_utc
from chassis.store import EventCodec, Personal, Published, Recorded
from payroll.domain.events import (
    EVENTS,
    PERSONAL,
    HomeAddressChanged,
    OrgUnitChanged,
    PersonChanged,
    PersonErased,
    PersonJoined,
)
from payroll.domain.organisation import Address, Employment
from payroll.domain.period import PeriodClosed
from payroll.domain.rates import Rate, RateSet
from payroll.domain.settlement import TripSettled

CODEC = EventCodec(EVENTS, personal=PERSONAL)
Data = dict[str, Any]


def publish(recorded: Recorded) -> Sequence[Published]:
    """At most one published event for each of payroll's own."""
    translate = TRANSLATIONS.get(type(recorded.event))
    return [] if translate is None else [translate(recorded.event)]


def _org_unit_changed(event: OrgUnitChanged) -> Published:
    unit = event.unit
    data = {
        "org_unit_id": unit.org_unit_id,
        "parent_id": unit.parent_id,
        "name": unit.name,
        "address": None if unit.address is None else address_data(unit.address),
        "closed": unit.closed,
        "from": event.valid_from.isoformat(),
    }
    return _published("org-unit-changed", unit.org_unit_id, data)


def _employee_changed(event: PersonJoined | PersonChanged) -> Published:
    person = event.person
    data = {
        "person_id": person.person_id,
        "name": Personal(person.person_id, person.name),
        "active": event.active,
        "employments": [employment_data(item) for item in person.employments],
    }
    return _published("employee-changed", person.person_id, data)


def _home_address_changed(event: HomeAddressChanged) -> Published:
    data = {
        "person_id": event.person_id,
        "from": event.valid_from.isoformat(),
        "address": Personal(event.person_id, {**address_data(event.address), "protected": event.address.protected}),
    }
    return _published("home-address-changed", event.person_id, data)


def _person_erased(event: PersonErased) -> Published:
    data = {"person_id": event.person_id, "erased_at": iso_utc(event.erased_at)}
    return _published("person-erased", event.person_id, data)


def _rate_set(event: RateSet) -> Published:
    return _published("rate-set", event.rate.rate_type, rate_data(event.rate))


def _trip_settled(event: TripSettled) -> Published:
    names = (
        "trip_id", "revision", "person_id", "period", "net_m", "rate_type", "oere_per_km", "amount_oere", "pay_code",
        "account", "taxable_m", "taxable_pay_code",
    )  # fmt: skip
    data = {name: getattr(event, name) for name in names}
    return _published("trip-settled", event.trip_id, {**data, "settled_at": iso_utc(event.settled_at)})


def _period_closed(event: PeriodClosed) -> Published:
    return _published("period-closed", event.period, closed_data(event))


def closed_data(event: PeriodClosed) -> Data:
    """A closed period as others and the API's callers see it."""
    figures = asdict(event.figures)
    return {
        "period": event.period,
        "closed_at": iso_utc(event.closed_at),
        "cut_off": iso_utc(event.cut_off),
        **(figures | {"pay_codes": list(figures["pay_codes"])}),
    }


def employment_data(item: Employment) -> Data:
    return {
        "employment_id": item.employment_id,
        "employee_number": item.employee_number,
        "org_unit_id": item.org_unit_id,
        "position": item.position,
        "leader": item.leader,
        "from": item.valid_from.isoformat(),
        "to": None if item.valid_to is None else item.valid_to.isoformat(),
    }


def rate_data(rate: Rate) -> Data:
    return {
        "rate_type": rate.rate_type,
        "name": asdict(rate.name),
        "oere_per_km": rate.oere_per_km,
        "from": rate.valid_from.isoformat(),
        "to": None if rate.valid_to is None else rate.valid_to.isoformat(),
        "pay_code": rate.pay_code,
        "second_pay_code": rate.second_pay_code,
        "requires_plate": rate.requires_plate,
    }


def address_data(address: Address) -> Data:
    return {"street": address.street, "postal_code": address.postal_code, "city": address.city}


def _published(type_: str, subject: str, data: Data) -> Published:
    return Published(type_, subject, data, subject)


TRANSLATIONS: Mapping[type, Callable[[Any], Published]] = {
    OrgUnitChanged: _org_unit_changed,
    PersonJoined: _employee_changed,
    PersonChanged: _employee_changed,
    HomeAddressChanged: _home_address_changed,
    PersonErased: _person_erased,
    RateSet: _rate_set,
    TripSettled: _trip_settled,
    PeriodClosed: _period_closed,
}
