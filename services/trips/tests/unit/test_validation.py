from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trips.domain.validation import Draft, Limits, faults

TODAY = date(2026, 3, 10)


def check(limits=None, **over):
    fields = {"method": "calculated", "purpose": "Møde", "driving_date": TODAY, "point_count": 2}
    limits = {"max_age_days": 30, "requires_plate": False, **(limits or {})}
    return faults(Draft(**{**fields, **over}), Limits(today=TODAY, **limits))


def test_every_fault_is_reported_at_once_in_alphabetical_order():
    found = check(
        {"requires_plate": True}, purpose=" ", point_count=1, driving_date=TODAY + timedelta(days=1), four_km=True
    )
    assert found == ("date_in_future", "four_km_not_allowed", "plate_missing", "purpose_missing", "too_few_points")


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_trip_is_too_old_exactly_when_it_is_older_than_the_deadline(age_days, max_age_days):
    found = check({"max_age_days": max_age_days}, driving_date=TODAY - timedelta(days=age_days))
    assert found == (("too_old",) if age_days > max_age_days else ())


def test_without_a_deadline_a_trip_may_be_of_any_age():
    assert check({"max_age_days": None}, driving_date=date(1990, 1, 1)) == ()


def test_an_odometer_trip_needs_a_comment_and_a_distance_but_no_points():
    assert check(method="odometer", point_count=0) == ("comment_missing", "distance_not_positive")
    assert check(method="odometer", point_count=0, comment="Omvej", distance_m=1) == ()
