from payroll.application.rates import seed_official_rates
from payroll.domain.official_rates import OERE_PER_KM

TRAILER = {
    "rate_type": "trailer", "name": {"da": "Anhænger", "en": "Trailer"}, "oere_per_km": 50, "from": "2026-01-01",
    "to": None, "pay_code": "3104", "second_pay_code": "3109", "requires_plate": True,
}  # fmt: skip


def put(world, *rates, role="payroll"):
    return world.call("PUT", "/api/v1/rates", role, json={"rates": list(rates)})


def test_a_new_installation_has_the_official_rates_and_everybody_may_read_them(world):
    world.catch_up()
    rates = world.call("GET", "/api/v1/rates", "employee").json["items"]
    assert len(rates) == sum(len(figures) for figures in OERE_PER_KM.values())
    assert rates[-1] == {
        "rate_type": "car_low", "name": {"da": "Bil, lav takst", "en": "Car, low rate"}, "oere_per_km": 228,
        "from": "2026-01-01", "to": "2027-01-01", "pay_code": "3102", "second_pay_code": None, "requires_plate": True,
    }  # fmt: skip


def test_the_official_rates_are_set_once_and_do_not_come_back_over_what_people_set(world):
    world.catch_up()
    rate = world.call("GET", "/api/v1/rates", "payroll").json["items"][-1]
    assert put(world, {**rate, "pay_code": "9999"}).json["changed"] == 1
    assert seed_official_rates(world.app).repeated
    world.catch_up()
    assert world.call("GET", "/api/v1/rates", "payroll").json["items"][-1]["pay_code"] == "9999"


def test_setting_the_same_rates_again_changes_nothing(world):
    assert put(world, TRAILER).json["changed"] == 1
    before = world.head()
    assert put(world, TRAILER).json["changed"] == 0
    assert world.head() == before
    assert world.published("rate-set")[-1].data == TRAILER


def test_what_is_read_can_be_put_back_unchanged(world):
    world.catch_up()
    assert put(world, *world.call("GET", "/api/v1/rates", "payroll").json["items"]).json["changed"] == 0


def test_a_wrong_rate_stores_none_of_the_others(world):
    before = world.head()
    cases = (
        ({"pay_code": "31"}, 422, "bad_pay_code"),
        ({"pay_code": ""}, 422, "bad_pay_code"),
        ({"second_pay_code": "12345"}, 422, "bad_pay_code"),
        ({"to": "2026-01-01"}, 422, "empty_rate_period"),
        ({"oere_per_km": 3.5}, 400, "invalid"),
        ({"oere_per_km": -1}, 400, "invalid"),
        ({"rate_type": "../x"}, 400, "invalid"),
        ({"from": "yesterday"}, 400, "invalid"),
    )
    for fault, status, code in cases:
        answer = put(world, TRAILER, {**TRAILER, "rate_type": "other", **fault})
        assert (answer.status_code, answer.json["code"]) == (status, code), fault
    assert world.head() == before


def test_a_trip_with_a_trailer_repeats_its_metres_under_the_second_pay_code(staffed):
    put(staffed, TRAILER)
    staffed.drive(staffed.people()["Anne"], rate_type="trailer", net_m=40_000, trailer=True)
    closed = staffed.close().json
    assert closed["pay_codes"] == [
        {"pay_code": "3104", "trip_count": 1, "net_m": 40_000, "amount_oere": 2_000},
        {"pay_code": "3109", "trip_count": 1, "net_m": 40_000, "amount_oere": 0},
    ]
    assert (closed["line_count"], closed["net_m"], closed["amount_oere"]) == (2, 40_000, 2_000)


def test_a_trip_without_a_trailer_is_paid_under_the_first_pay_code_alone(staffed):
    put(staffed, TRAILER)
    for over in ({}, {"trailer": False}):
        staffed.drive(staffed.people()["Anne"], rate_type="trailer", net_m=40_000, **over)
    closed = staffed.close().json
    assert closed["pay_codes"] == [{"pay_code": "3104", "trip_count": 2, "net_m": 80_000, "amount_oere": 4_000}]
