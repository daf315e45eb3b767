"""The examples are what others test against: real events of this service, so nobody relies on a wish."""

import json

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from chassis.contracts import asyncapi, read_contract
from chassis.store.migrate import resource
from routing.service import RoutingService
from services.routing.tests.contract.requests import REQUESTS
from services.routing.tests.contract.stories import FORGOTTEN
from services.routing.tests.integration.conftest import World, give_map

CONTRACT = {event.type: event for event in read_contract("routing")}
EXAMPLES = [(type_, name) for type_, event in CONTRACT.items() for name in event.examples]


@pytest.fixture
def produced(tmp_path, maps_folder, tiny_map):
    """What the service publishes for each request, by the example's name."""
    world = World(tmp_path, f"sqlite:///{tmp_path}/routing.db")
    give_map(world, maps_folder, tiny_map)
    world.ask(*({"request_id": name, "profile": "car-fastest", "points": points} for name, points in REQUESTS.items()))
    world.forget(FORGOTTEN)
    yield {event.subject: event for event in world.answers()}
    world.app.close()


def test_every_published_type_has_a_schema_and_examples():
    assert set(CONTRACT) == {"route-measured", "route-failed", "person-erasure-confirmed"}
    assert all(event.examples for event in CONTRACT.values())
    assert {name for _, name in EXAMPLES} == {*REQUESTS, FORGOTTEN}


@pytest.mark.parametrize(("type_", "name"), EXAMPLES)
def test_an_example_fits_its_schema(type_, name):
    event = CONTRACT[type_]
    Draft202012Validator.check_schema(event.schema)
    Draft202012Validator(event.schema, format_checker=FormatChecker()).validate(event.examples[name])


@pytest.mark.parametrize(("type_", "name"), EXAMPLES)
def test_an_example_is_what_the_service_publishes(type_, name, produced):
    assert produced[name].type == type_
    assert _comparable(produced[name].data) == _comparable(CONTRACT[type_].examples[name])


def _comparable(data):
    """A new release of the engine has another version and other profiles; the rest must not move."""
    moving = ("graph_id", "engine_version", "profile_sha256")
    graph = {name: "*" if name in moving else value for name, value in data.get("graph", {}).items()}
    return data | {"graph": graph}


def test_a_schema_refuses_what_is_no_answer():
    for type_, event in CONTRACT.items():
        validator = Draft202012Validator(event.schema)
        example = next(iter(event.examples.values()))
        assert all(
            not validator.is_valid({n: v for n, v in example.items() if n != name}) for name in event.schema["required"]
        ), type_
    failed = Draft202012Validator(CONTRACT["route-failed"].schema)
    assert not failed.is_valid({"request_id": "r", "code": "no_idea", "point_index": None, "detail": ""})


def test_the_documents_beside_the_schemas_are_what_the_code_says():
    folder = resource("routing", "contract")
    specification = RoutingService.web.specification("routing")
    assert json.loads((folder / "openapi.json").read_text()) == specification
    version = specification["info"]["version"]
    assert (folder / "asyncapi.yaml").read_text() == asyncapi("routing", version, list(CONTRACT.values()))
