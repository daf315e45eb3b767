from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.trips.tests.builders import HOME, NOON, SCHOOL, asked, failed, measured, requested
from trips.domain import route
from trips.domain.events import Asked, RouteAwaited

POINTS = asked(HOME.text, SCHOOL.text)
ALIAS = route.digest(POINTS)
NAME = route.trip_route(ALIAS, NOON.date())


def given_(*events):
    state = route.NO_ROUTE
    for event in events:
        state = route.evolve(state, event)
    return state


def test_routing_is_asked_once_while_its_answer_is_out():
    [question] = route.ask(given_(), NAME, POINTS, NOON, "bent")
    assert question.request_id == f"{NAME}-1"
    assert route.ask(given_(question), NAME, POINTS, NOON + timedelta(minutes=10), "bent") == []


def test_a_question_without_an_answer_is_asked_again_under_a_new_id_and_each_time_later():
    """It may have been lost on the way; routing that is away for long does not return to a heap of the same question."""
    state, gaps, last = given_(*route.ask(given_(), NAME, POINTS, NOON, "bent")), [], NOON
    for minute in range(1, 24 * 60):
        now = NOON + timedelta(minutes=minute)
        for question in route.ask(state, NAME, POINTS, now, "bent"):
            state, gaps, last = route.evolve(state, question), [*gaps, now - last], now
    assert gaps[0] == timedelta(minutes=11)
    assert gaps == sorted(gaps)
    assert len(state.out) == len(set(state.out)) < 10


def test_a_question_whose_age_is_not_known_is_asked_again():
    assert route.ask(given_(requested(f"{NAME}-1", at=None)), NAME, POINTS, NOON, "bent")[0].request_id == f"{NAME}-2"


def test_the_first_answer_to_a_question_asked_twice_is_the_answer():
    state = given_(requested("k-1"), requested("k-2"), RouteAwaited("t"))
    assert route.answer(state, measured("k-1")) == [measured("k-1")]
    answered = route.evolve(state, measured("k-1"))
    assert (answered.waiting, route.answer(answered, measured("k-2"))) == ((), [])


def test_each_new_question_has_an_id_of_its_own():
    """So that routing answers it anew, instead of recognising the old one."""
    state = given_(requested(f"{NAME}-1"), measured(f"{NAME}-1"))
    assert route.ask(state, NAME, POINTS, NOON, "bent")[0].request_id == f"{NAME}-2"


def test_an_answer_counts_once_and_only_for_a_question_that_is_out():
    state = given_(requested("k-2"))
    assert route.answer(state, measured("k-1")) == []
    answered = route.evolve(state, measured("k-2"))
    assert route.answer(answered, measured("k-2")) == []


def test_a_trip_waits_once_and_no_longer_than_the_answer():
    state = given_(requested(), RouteAwaited("t"))
    assert route.await_answer(state, "t") == []
    assert route.evolve(state, measured()).waiting == ()
    assert route.evolve(state, failed()).waiting == ()


def test_a_measured_route_serves_trips_reported_up_to_24_hours_later():
    state = given_(requested(), measured(at=NOON))
    assert route.usable(state, NOON + timedelta(hours=24)) is state.latest
    assert route.usable(state, NOON + timedelta(hours=24, seconds=1)) is None


def test_a_failure_is_believed_for_ten_minutes_and_then_asked_again():
    state = given_(requested(), failed(at=NOON))
    assert route.usable(state, NOON + timedelta(minutes=10)) is state.failure
    assert route.usable(state, NOON + timedelta(minutes=10, seconds=1)) is None


def test_a_failure_after_a_measurement_is_what_holds():
    state = given_(requested("k-1"), measured("k-1"), requested("k-2"), failed("k-2"))
    assert route.usable(state, NOON) is state.failure


def test_a_home_work_distance_stays_as_it_was_first_measured():
    """Otherwise a new map would change what the trips of last month were deducted by."""
    later = NOON + timedelta(days=400)
    state = given_(requested("k-1"), measured("k-1", driven_m=9_000), requested("k-2"), measured("k-2", at=later))
    assert route.commute_usable(state, later).driven_m == 9_000


def test_a_route_is_sought_until_routing_has_said_something_and_never_again():
    assert not given_().is_sought, "nobody has asked"
    assert given_(requested("k-1")).is_sought
    for said in (measured("k-1"), failed("k-1")):
        answered = given_(requested("k-1"), said, requested("k-2"))
        assert (answered.is_sought, answered.answer) == (False, said)


texts = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
points = st.lists(texts.map(lambda text: Asked(None, text)), min_size=2, max_size=4)


@given(points, points)
def test_two_routes_are_the_same_route_exactly_when_they_have_the_same_points_in_the_same_order(one, other):
    assert (route.digest(one) == route.digest(other)) == (one == other)


@given(points)
def test_blanks_in_an_address_make_no_other_route(one):
    spaced = [Asked(None, f"  {point.text} ") for point in one]
    assert route.digest(spaced) == route.digest(one)


def test_an_address_id_is_not_mistaken_for_a_text():
    assert route.digest([Asked("x", None), Asked(None, "y")]) != route.digest([Asked(None, "x"), Asked(None, "y")])


def test_the_routes_name_is_found_in_the_request_id():
    [question] = route.ask(given_(), NAME, POINTS, NOON, "bent")
    assert route.name_of_request(question.request_id) == NAME


def test_a_trips_route_has_a_stream_per_day_and_a_commute_one_for_good():
    """So that what must be read stays short however long the route has been driven."""
    tomorrow = NOON.date() + timedelta(days=1)
    assert len({NAME, route.trip_route(ALIAS, tomorrow), route.commute_route(ALIAS)}) == 3
