"""The published language as a whole: who tells what, and who hears it."""

import approval.reading
import payroll.reading
import routing.reading
import trips.reading
from chassis.contracts import read_contract
from deploy.assembly import PARTS

CONTRACTS = {part.name: {event.type: event for event in read_contract(part.name)} for part in PARTS}

HEARD = {
    ("trips", "routing"): {"route-measured", "route-failed"},
    ("trips", "approval"): {"trip-approved", "trip-rejected"},
    ("trips", "payroll"): {
        "person-erased",
        "employee-changed",
        "home-address-changed",
        "org-unit-changed",
        "rate-set",
        "trip-settled",
    },
    ("approval", "trips"): {"trip-submitted", "trip-withdrawn", "person-erasure-confirmed"},
    ("approval", "payroll"): {"employee-changed", "org-unit-changed", "trip-settled", "person-erased"},
    ("payroll", "trips"): {"trip-submitted", "trip-withdrawn", "person-erasure-confirmed"},
    ("payroll", "approval"): {"trip-approved", "person-erasure-confirmed"},
    ("payroll", "routing"): {"person-erasure-confirmed"},
    ("routing", "trips"): {"route-requested"},
    ("routing", "payroll"): {"person-erased"},
}
"""(listener, publisher): the event types the listener reads. What stands here is what the services do: see the tests."""

PAIRS = [(listener, source, type_) for (listener, source) in HEARD for type_ in CONTRACTS[source]]

CONSUMED = {
    ("trips", "routing", "route-measured"): trips.reading.ROUTE_MEASURED,
    ("trips", "routing", "route-failed"): trips.reading.ROUTE_FAILED,
    ("trips", "approval", "trip-approved"): trips.reading.TRIP_APPROVED,
    ("trips", "approval", "trip-rejected"): trips.reading.TRIP_REJECTED,
    ("trips", "payroll", "employee-changed"): trips.reading.EMPLOYEE_CHANGED,
    ("trips", "payroll", "home-address-changed"): trips.reading.HOME_ADDRESS_CHANGED,
    ("trips", "payroll", "org-unit-changed"): trips.reading.ORG_UNIT_CHANGED,
    ("trips", "payroll", "rate-set"): trips.reading.RATE_SET,
    ("trips", "payroll", "trip-settled"): trips.reading.TRIP_SETTLED,
    ("trips", "payroll", "person-erased"): trips.reading.PERSON_ERASED,
    ("routing", "payroll", "person-erased"): routing.reading.PERSON_ERASED,
    ("routing", "trips", "route-requested"): routing.reading.ROUTE_REQUESTED,
    **{("approval", *read): schema for read, schema in approval.reading.SCHEMAS.items()},
    **{("payroll", *read): schema for read, schema in payroll.reading.SCHEMAS.items()},
}
"""(listener, publisher, type): the schema through which the listener reads it."""

SUBJECTS = {
    "employee-changed": "person_id",
    "home-address-changed": "person_id",
    "person-erased": "person_id",
    "person-erasure-confirmed": "person_id",
    "org-unit-changed": "org_unit_id",
    "rate-set": "rate_type",
    "period-closed": "period",
    "route-requested": "request_id",
    "route-measured": "request_id",
    "route-failed": "request_id",
}


def subject_of(type_, data):
    """The id of what the event is about; events that are not listed are about a trip."""
    return data.get(SUBJECTS.get(type_, "trip_id"), "unknown")
