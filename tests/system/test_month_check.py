"""The month driver's check sees every way in which a file can differ from what was approved."""

import copy

import pytest

from deploy.month.check import Published, differences, expected_lines, lines_of, payables

PERIOD = "2026-11"


def event(kind, **data):
    return {"type": kind, "data": data}


def submitted(trip_id, net_m, employment="1001", revision=1, day="2026-11-05"):
    return event(
        "trip-submitted",
        trip_id=trip_id,
        revision=revision,
        employment_id=employment,
        net_m=net_m,
        rate_type="car_high",
        driving_date=day,
    )


def approved(trip_id, revision=1, account=None):
    return event("trip-approved", trip_id=trip_id, revision=revision, account=account)


def settled(trip_id, net_m, amount_oere, period=PERIOD):
    return event("trip-settled", trip_id=trip_id, net_m=net_m, amount_oere=amount_oere, period=period)


RATE = event(
    "rate-set",
    rate_type="car_high",
    oere_per_km=394,
    pay_code="6666",
    second_pay_code=None,
    **{"from": "2026-01-01", "to": None},
)


def line(km_hundredths, code="6666"):
    return f"DA60123199010000000{code}{km_hundredths:06d}0000000             301126\r\n"


@pytest.fixture
def paid():
    """Two trips of one employment in one line, as it should be."""
    published = Published(
        trips=[submitted("a", 12_340), submitted("b", 1_000), submitted("c", 5_000)],
        approval=[approved("a"), approved("b")],
        payroll=[RATE, settled("a", 12_340, 4_862), settled("b", 1_000, 394)],
    )
    totals = {"period": PERIOD, "trip_count": 2, "net_m": 13_340, "amount_oere": 5_256}
    return published, totals, ("123 Havnby\r\n" + line(1_334)).encode()


def check(published, totals, file):
    return differences(payables(published, PERIOD), published, totals, file)


def test_a_right_file_has_no_differences(paid):
    assert check(*paid) == []


def test_a_metre_too_few_in_the_file_is_seen(paid):
    published, totals, _file = paid
    assert "the file lacks" in " ".join(check(published, totals, line(1_333).encode()))


def test_an_oere_too_many_in_a_settlement_is_seen(paid):
    published, totals, file = paid
    wrong = copy.deepcopy(published)
    wrong.payroll[1]["data"]["amount_oere"] += 1
    assert "trip a is settled as" in " ".join(check(wrong, totals, file))


def test_a_trip_approved_but_not_settled_is_seen(paid):
    published, totals, file = paid
    wrong = Published(published.trips, [*published.approval, approved("c")], published.payroll)
    assert "2 trips are settled, 3 were approved" in check(wrong, totals, file)


def test_a_wrong_total_of_the_period_is_seen(paid):
    published, totals, file = paid
    assert check(published, {**totals, "amount_oere": 1}, file) == ["the period's amount_oere is 1, expected 5256"]


def test_what_was_settled_in_another_period_is_not_expected_again(paid):
    published, totals, file = paid
    before = [approved("old"), *published.approval]
    settlements = [*published.payroll, settled("old", 7_000, 2_758, period="2026-10")]
    assert check(Published([submitted("old", 7_000), *published.trips], before, settlements), totals, file) == []


def test_a_decision_counts_for_the_revision_it_names(paid):
    published, totals, file = paid
    later = Published([*published.trips, submitted("a", 99_000, revision=2)], published.approval, published.payroll)
    assert check(later, totals, file) == []


def test_metres_are_summed_before_they_are_cut_and_long_lines_are_split():
    rates = [RATE]
    trips = [submitted("a", 12_345), submitted("b", 12_349), submitted("c", 10_000_000, employment="1002")]
    published = Published(trips, [approved(trip["data"]["trip_id"]) for trip in trips], rates)
    lines = sorted(expected_lines(payables(published, PERIOD)))
    assert lines == [("6666", 1), ("6666", 2_469), ("6666", 999_999)]


def test_a_line_of_zero_is_left_out():
    published = Published([submitted("a", 9)], [approved("a")], [RATE])
    assert list(expected_lines(payables(published, PERIOD))) == []


def test_lines_are_read_by_their_places():
    assert lines_of((line(1_334) + line(5, "7777")).encode()) == [("6666", 1_334), ("7777", 5)]
