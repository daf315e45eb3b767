"""Payroll's own events whose published form are the examples of the contract, by type and the example's name."""

from dataclasses import replace
from datetime import UTC, date, datetime

from chassis.store import Meta, Personal, Recorded
from chassis.store.sealing import walk
from payroll.domain.events import HomeAddressChanged, OrgUnitChanged, PersonChanged, PersonErased, PersonJoined
from payroll.domain.official_rates import official_rates
from payroll.domain.opus import FileSettings
from payroll.domain.organisation import Address, Employment, OrgUnit, PayrollFacts, Person
from payroll.domain.period import Figures, PayCodeSum, PeriodClosed
from payroll.domain.rates import Label, Rate, RateSet
from payroll.domain.settlement import TripSettled
from payroll.published import publish

TODAY = date(2026, 4, 1)
ANNE, TRIP = "3b4f8a5e-1c7d-4f86-9a44-0d6f5a1c2e90", "0d5c1b9a-7f2e-4a83-b6c1-9e8d7f6a5b43"
SCHOOL = OrgUnit("21", "2", "Havnby Skole", Address("Kirkestræde 4", "9990", "Havnby"))
FACTS = PayrollFacts(employment_type=1, extra_digit=0, cost_centre="21000", institute_code="HB")
JOB = Employment(
    "6a1f0c52-93c4-5d0e-8a47-2f6b1c9d7e35", "20010", "21", "Skoleleder", True, date(2020, 8, 1), None, FACTS
)
ENDED = Employment(
    "0a9f7c31-5b1d-5e64-9d0f-7c2a4e8b6d13", "20011", "21", "Lærer", False, date(2014, 8, 1), date(2020, 8, 1), FACTS
)
SOMEBODY = Person(
    ANNE, "Anne Andersen", "anne@havnby.example", "anan", Address("Havnegade 1", "9990", "Havnby"), (JOB, ENDED)
)
CLOSED_AT = datetime(2026, 4, 7, 10, 15, tzinfo=UTC)
SUMS = (PayCodeSum("3101", 2, 24_680, 9_724), PayCodeSum("3103", 1, 7_660, 490))
CHECKSUM = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
TRAILER = Rate(
    "trailer", Label("Bil med anhænger", "Car with trailer"), 394, date(2026, 7, 1), None, "3101", "3109", True
)

EVENTS = {
    ("org-unit-changed", "opened"): OrgUnitChanged(SCHOOL, ("unit_opened",), TODAY),
    ("org-unit-changed", "top-without-address"): OrgUnitChanged(OrgUnit("1", None, "Havnby Kommune"), ("unit_opened",), TODAY),
    ("org-unit-changed", "closed"): OrgUnitChanged(OrgUnit("232", "23", "Børnehuset Mågen", closed=True), ("unit_closed",), TODAY),
    ("employee-changed", "leader-with-an-ended-employment"): PersonJoined(Personal(ANNE, "9901801112"), SOMEBODY, active=True),
    ("employee-changed", "left"): PersonChanged(Person(ANNE, "Anne Andersen", employments=(ENDED,)), active=False, changes=("person_left",)),
    ("home-address-changed", "moved"): HomeAddressChanged(ANNE, TODAY, Address("Strandvej 7", "9990", "Havnby")),
    ("home-address-changed", "to-a-protected-address"): HomeAddressChanged(ANNE, TODAY, Address("Strandvej 7", "9990", "Havnby", protected=True)),
    ("person-erased", "after-the-time-of-keeping"): PersonErased(ANNE, CLOSED_AT, "Opbevaringsfristen er udløbet"),
    ("rate-set", "official"): RateSet(official_rates({"car_high": "3101", "car_low": "3102", "bicycle": "3103"})[8]),
    ("rate-set", "open-with-second-pay-code"): RateSet(TRAILER),
    ("trip-settled", "without-account"): TripSettled(
        TRIP, 1, ANNE, JOB.employment_id, "20010", 1, 0, "2026-03", date(2026, 3, 9), 12_340, "car_high", 394, 4_862, "3101", None, None, CLOSED_AT,
    ),
    ("trip-settled", "with-account"): TripSettled(
        TRIP, 2, ANNE, JOB.employment_id, "20010", 1, 0, "2026-03", date(2026, 3, 9), 7_660, "bicycle", 64, 490, "3103", None, "0123456789", CLOSED_AT,
    ),
    ("period-closed", "three-trips"): PeriodClosed("2026-03", CLOSED_AT, CLOSED_AT, Figures(3, 2, 32_340, 10_214, SUMS, CHECKSUM), FileSettings(123, None, "utf-8")),
}  # fmt: skip


def published(event):
    """What leaves the service for one of its own events, what is sealed of it opened."""
    (one,) = publish(Recorded(1, "e", "s", 1, "t", 1, event, Meta("a", None, "c", None), CLOSED_AT))
    return replace(one, data=walk(one.data, lambda item, _: item.value if isinstance(item, Personal) else item))
