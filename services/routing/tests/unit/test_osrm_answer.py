import pytest

from routing.domain.errors import EngineUnavailable, NoRoadNear, NoRoute, NotRoutable
from routing.engine.osrm_answer import refusal_of


@pytest.mark.parametrize("code", ["InvalidQuery", "InvalidValue", "InvalidOptions", "TooBig", "PerimeterExceeded"])
def test_a_question_that_the_engine_will_never_answer_has_its_answer(code):
    refused = refusal_of(code, "Exclude flag combination is not supported.")
    assert isinstance(refused, NotRoutable)
    assert (refused.code, refused.point_index) == ("not_routable", None)
    assert "Exclude" not in refused.message


@pytest.mark.parametrize(
    "code", ["InvalidUrl", "InvalidService", "InvalidVersion", "NotImplemented", "None", "DatasetGone"]
)
def test_what_is_about_the_server_is_waited_for(code):
    assert isinstance(refusal_of(code, "?"), EngineUnavailable)


def test_a_place_without_a_road_and_a_pair_without_a_way_are_told_apart():
    assert refusal_of("NoSegment", "Could not find a matching segment for coordinate 1").point_index == 1
    assert isinstance(refusal_of("NoSegment", ""), NoRoadNear)
    assert isinstance(refusal_of("NoRoute", ""), NoRoute)
