from datetime import UTC, datetime

import pytest

from routing.domain.errors import EngineUnavailable
from routing.domain.events import RouteFailed, RouteMeasured
from routing.domain.geography import Point
from routing.domain.request import AskedPoint, RequestState, RouteRequest, answer, evolve
from services.routing.tests.support.fakes import ABROAD, GRAPH, LONELY, SEA, FakeProvider, FakeRegister, address

UNANSWERED = RequestState()
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOME = address("Skolevej 1, 9990 Vestø", Point(11_000_000, 56_000_000))
WORK = address("Rådhuspladsen 2, 9990 Vestø", Point(11_010_000, 56_000_000))
TWIN = address("Skolevej 1, 9991 Østø", Point(11_500_000, 56_000_000))
LIGHTHOUSE = address("Fyret 1, 9990 Vestø", SEA)
EMBASSY = address("Rue 5, 7500 Paris", ABROAD)
ISLET = address("Alenevej 1, 9992 Enø", LONELY)
REGISTER = FakeRegister(HOME, WORK, TWIN, LIGHTHOUSE, EMBASSY, ISLET)


def ask(*points: AskedPoint, state=UNANSWERED, provider=None):
    request = RouteRequest("r-1", "car-fastest", points)
    return answer(state, request, REGISTER, provider or FakeProvider(), NOW)


def by_id(one):
    return AskedPoint(address_id=one.address_id)


def by_text(text):
    return AskedPoint(text=text)


def test_a_request_by_ids_and_by_texts_is_answered_with_the_same_measured_route():
    (first,) = ask(by_id(HOME), by_id(WORK))
    (second,) = ask(by_text("skolevej 1, 9990"), by_text("Raadhuspladsen 2"))
    assert isinstance(first, RouteMeasured)
    assert first == second
    assert [point.text for point in first.points] == [HOME.text, WORK.text]
    assert (first.graph, first.measured_at) == (GRAPH, NOW)
    assert first.legs == (FakeProvider().leg(HOME.point, WORK.point),)


def test_an_answered_request_is_not_answered_again():
    (event,) = ask(by_id(HOME), by_id(WORK))
    provider = FakeProvider()
    assert ask(by_id(HOME), by_id(WORK), state=evolve(UNANSWERED, event), provider=provider) == []
    assert provider.asked == []


@pytest.mark.parametrize(
    ("points", "code", "index"),
    [
        ((by_id(HOME), AskedPoint(address_id="nowhere")), "unknown_address", 1),
        ((by_text("Ukendtvej 9"), by_id(WORK)), "unknown_address", 0),
        ((by_id(WORK), by_id(HOME), by_text("Skolevej 1")), "ambiguous_address", 2),
        ((by_id(HOME), by_id(LIGHTHOUSE)), "no_road_near", 1),
        ((by_id(EMBASSY), by_id(HOME)), "outside_area", 0),
        ((by_id(HOME), by_id(WORK), by_id(ISLET)), "no_route", None),
    ],
)
def test_a_request_that_cannot_be_measured_is_answered_with_the_reason_and_the_point(points, code, index):
    (event,) = ask(*points)
    assert isinstance(event, RouteFailed)
    assert (event.request_id, event.code, event.point_index) == ("r-1", code, index)


def test_an_ambiguous_address_is_answered_with_the_addresses_that_fit():
    (event,) = ask(by_text("Skolevej 1"), by_id(WORK))
    assert HOME.text in event.detail
    assert TWIN.text in event.detail


def test_a_text_stands_in_for_an_id_the_map_no_longer_knows():
    (event,) = ask(AskedPoint(address_id="before-the-renumbering", text=HOME.text), by_id(WORK))
    assert event.points[0].address_id == HOME.address_id


def test_while_the_engine_is_away_a_request_has_no_answer():
    class Away(FakeProvider):
        def leg(self, start, end):
            raise EngineUnavailable("no map")

    with pytest.raises(EngineUnavailable):
        ask(by_id(HOME), by_id(WORK), provider=Away())
