"""What tests say once: a small municipality, trips and approvals, and the facts they leave open."""

from datetime import UTC, date, datetime

from payroll.domain.accounts import Administrative
from payroll.domain.organisation import Employment, PayrollFacts, Person
from payroll.domain.rates import Label, Rate, table
from payroll.domain.settlement import PayableTrip, PayBasis

NOON = datetime(2026, 4, 7, 10, tzinfo=UTC)
ANNE, BENT, CARL = "9901801112", "9805752223", "8512481230"
"""None of them can be anybody's: days of 99 and 98 do not occur, and 85 is a replacement number."""


def unit(unit_id="hall", parent="", name=None, street="Rådhusgade 1"):
    address = {"Street": street, "PostalCode": "8900", "City": "Testby"}
    return {
        "Id": unit_id,
        "ParentId": parent,
        "Name": name or unit_id.capitalize(),
        "Address": address,
        "CostCenter": "1",
    }


def job(number="10", unit_id="hall", **over):
    return {
        "EmployeeNumber": number, "FromDate": "2020-01-01", "ToDate": None, "OrgUnitId": unit_id, "Position": "Pædagog",
        "CostCenter": "1234500", "Manager": False, "ExtraNumber": 0, "EmploymentType": 1, "InstituteCode": "AB", **over,
    }  # fmt: skip


def person(cpr=ANNE, *jobs, first="Anne", last="Andersen", street="Annevej 1", **over):
    return {
        "CPR": cpr, "FirstName": first, "LastName": last, "Email": f"{first.lower()}@testby.example", "Initials": first[:2],
        "Address": {"Street": street, "PostalCode": "8900", "City": "Testby"}, "Employments": list(jobs) or [job()], **over,
    }  # fmt: skip


def municipality():
    """Anne leads the hall, Bent works in the school below it."""
    return {
        "OrgUnits": [unit(), unit("school", "hall")],
        "Persons": [
            person(ANNE, job("10", Manager=True)),
            person(BENT, job("11", "school"), first="Bent", last="Bæk", street="Bentvej 2"),
        ],
    }


def a_rate(rate_type="car_high", oere=394, valid_from=date(2026, 1, 1), valid_to=None, pay_code="3101", second=None):
    return Rate(rate_type, Label("Bil", "Car"), oere, valid_from, valid_to, pay_code, second, requires_plate=True)


def an_employment(employment_id="e-1", number="10", cost_centre="1234500"):
    facts = PayrollFacts(employment_type=1, extra_digit=0, cost_centre=cost_centre)
    return Employment(employment_id, number, "hall", "Pædagog", False, date(2020, 1, 1), None, facts)


def a_trip(trip_id="t-1", net_m=12_340, day=date(2026, 3, 9), rate_type="car_high", account=None, employment_id="e-1"):
    return PayableTrip(trip_id, 1, "p-1", employment_id, day, rate_type, net_m, account, NOON)


def a_basis(rates=None, employments=None, administrative=None):
    people = {"p-1": Person("p-1", "Anne", employments=tuple(employments or [an_employment()]))}
    return PayBasis(table(rates or [a_rate()]), people, administrative or Administrative(), "3104")


def submitted(trip_id, person_id, employment_id, **over):
    """The data of trip-submitted v1, as far as payroll reads it and a little more."""
    return {
        "trip_id": trip_id, "revision": 1, "person_id": person_id, "employment_id": employment_id, "org_unit_id": "hall",
        "driving_date": "2026-03-09", "purpose": "Møde", "rate_type": "car_high", "net_m": 12_340, **over,
    }  # fmt: skip


def approved(trip_id, person_id, **over):
    """The data of trip-approved v1."""
    return {
        "trip_id": trip_id, "revision": 1, "person_id": person_id, "decided_by": "leader", "decided_as": "leader",
        "decided_at": "2026-03-20T08:00:00Z", "comment": None, "account": None, **over,
    }  # fmt: skip
