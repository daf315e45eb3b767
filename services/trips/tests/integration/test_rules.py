"""Which trips are refused when they are reported, by field."""

from datetime import date, timedelta

import pytest

from chassis.errors import Rejected
from chassis.store import reading
from services.trips.tests.builders import HOME, asked
from trips import facts
from trips.domain.events import Odometer
from trips.domain.trip import Status

OTHER = "0b0c6f0e-9d0c-4c0e-8c34-3a4f0f5a9b11"


@pytest.mark.parametrize(
    ("over", "errors"),
    [
        ({"employment_id": "e-carl"}, {"employment_id": ["employment_unknown"]}),
        ({"rate_type": "boat"}, {"rate_type": ["no_rate"]}),
        ({"driving_date": date(2025, 12, 31)}, {"rate_type": ["no_rate"]}),
        ({"driving_date": date(2026, 3, 11)}, {"driving_date": ["date_in_future"]}),
        ({"rate_type": "van"}, {"licence_plate": ["plate_missing"]}),
        ({"without_extra": True}, {"without_extra": ["without_extra_not_allowed"]}),
        ({"purpose": ""}, {"purpose": ["purpose_missing"]}),
        ({"points": asked(HOME.text)}, {"points": ["too_few_points"]}),
    ],
)
def test_a_trip_that_breaks_a_rule_is_refused_by_field_and_nothing_is_stored(school, over, errors):
    school.employee("carl")
    school.rate("van", requires_plate=True)
    head = school.app.store.read_log(0, 1).head
    with pytest.raises(Rejected) as refused:
        school.report(**over)
    assert (refused.value.code, refused.value.details["errors"]) == ("trip_invalid", errors)
    assert school.app.store.read_log(0, 1).head == head


@pytest.fixture
def without_extra(school):
    """Bent's unit lets its people drive without extra distance, and Bent reports what he read on the odometer."""
    school.set_policy(without_extra_allowed=True)

    def read(metres, remark):
        typed = Odometer(metres, starts_at_home=True, ends_at_home=False)
        return school.report(points=(), without_extra=True, odometer=typed, remark=remark)

    return school, read


def test_a_distance_that_was_read_needs_a_remark_and_kilometres_without_extra_too(without_extra):
    school, read = without_extra
    with pytest.raises(Rejected) as refused:
        read(0, None)
    errors = {"odometer": ["distance_not_positive"], "remark": ["comment_missing"]}
    assert refused.value.details["errors"] == errors
    read(12_300, "Vejen var spærret")
    school.routing_answers()
    quote = school.trip().submitted.quote
    assert (quote.gross_m, quote.net_m, [line.reason for line in quote.deductions]) == (
        12_300,
        12_300,
        ["without_extra"],
    )


def test_an_employment_that_ended_takes_trips_up_to_its_last_day_only(school):
    school.employee("carl", until="2026-03-09")
    mine = {"person_id": "carl", "employment_id": "e-carl"}
    assert school.report(**mine, driving_date=date(2026, 3, 8))["status"] == "measuring"
    with pytest.raises(Rejected) as refused:
        school.report(OTHER, **mine, driving_date=date(2026, 3, 9))
    assert refused.value.details["errors"] == {"employment_id": ["employment_not_active"]}


def test_an_employment_no_longer_listed_ends_today(school):
    school.tell("payroll", "employee-changed", {"person_id": "bent", "name": "B", "active": False, "employments": []})
    school.report(driving_date=date(2026, 3, 9))
    with pytest.raises(Rejected):
        school.report(OTHER, driving_date=date(2026, 3, 10))


def test_the_date_is_the_local_date_in_denmark(school):
    school.now = school.now.replace(hour=23, minute=20)  # 00:20 the next day in Denmark
    assert school.report(driving_date=date(2026, 3, 11))["status"] == "measuring"


def test_the_deadline_counts_when_the_trip_is_reported_and_not_when_routing_answers(open_world):
    from services.trips.tests.integration.conftest import populate

    world = open_world(TRIPS_MAX_AGE_DAYS="1")
    populate(world)
    world.report()
    world.now += timedelta(days=5)
    world.routing_answers()
    assert world.trip().status is Status.SUBMITTED


def test_a_rate_that_has_ended_prices_nothing(school):
    data = {"rate_type": "car_high", "name": {"da": "Bil", "en": "Car"}, "oere_per_km": 394, "from": "2026-01-01"}
    school.tell("payroll", "rate-set", {**data, "to": "2026-03-10", "pay_code": "0355", "requires_plate": False})
    assert school.report()["status"] == "measuring"
    with pytest.raises(Rejected) as refused:
        school.report(OTHER, driving_date=date(2026, 3, 10))
    assert refused.value.details["errors"] == {"rate_type": ["no_rate"]}


def test_a_short_rate_inside_a_longer_one_gives_way_to_it_again(school):
    """As payroll has it, so that what is shown is what is paid."""
    data = {"rate_type": "car_high", "name": {"da": "Bil", "en": "Car"}, "pay_code": "0355", "requires_plate": False}
    school.tell("payroll", "rate-set", {**data, "oere_per_km": 500, "from": "2026-02-01", "to": "2026-03-01"})
    with reading(school.app.store.engine) as conn:
        months = (date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 1))
        assert [facts.rate_on(conn, "car_high", day).oere_per_km for day in months] == [394, 500, 394]
