"""The examples are what others test against: real events of this service, so nobody relies on a wish."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from chassis.contracts import asyncapi, read_contract
from chassis.errors import Unreadable
from chassis.identity import DevIssuer
from chassis.store.migrate import resource
from services.trips.tests.contract.scenarios import SCENARIOS
from services.trips.tests.integration.conftest import World, populate
from trips import reading
from trips.service import TripsService

CONTRACT = {event.type: event for event in read_contract("trips")}
EXAMPLES = [(type_, name) for type_, event in CONTRACT.items() for name in event.examples]
SERVICES = Path(__file__).resolve().parents[3]
READ = {
    "routing/route-measured": reading.ROUTE_MEASURED,
    "routing/route-failed": reading.ROUTE_FAILED,
    "approval/trip-approved": reading.TRIP_APPROVED,
    "approval/trip-rejected": reading.TRIP_REJECTED,
    "payroll/employee-changed": reading.EMPLOYEE_CHANGED,
    "payroll/home-address-changed": reading.HOME_ADDRESS_CHANGED,
    "payroll/org-unit-changed": reading.ORG_UNIT_CHANGED,
    "payroll/rate-set": reading.RATE_SET,
    "payroll/person-erased": reading.PERSON_ERASED,
    "payroll/trip-settled": reading.TRIP_SETTLED,
}


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path}/trips.db", DevIssuer(tmp_path / "keys", host="127.0.0.1"))
    populate(world)
    yield world
    world.app.store.engine.dispose()


def validator(type_):
    return Draft202012Validator(CONTRACT[type_].schema, format_checker=FormatChecker())


def test_every_published_type_has_a_schema_and_examples_and_each_example_a_scenario():
    assert set(CONTRACT) == {"trip-submitted", "trip-withdrawn", "route-requested", "person-erasure-confirmed"}
    assert set(EXAMPLES) == set(SCENARIOS)


@pytest.mark.parametrize(("type_", "name"), EXAMPLES)
def test_an_example_is_what_the_service_publishes_and_fits_its_schema(world, type_, name):
    produced = SCENARIOS[type_, name](world)
    assert produced == CONTRACT[type_].examples[name]
    Draft202012Validator.check_schema(CONTRACT[type_].schema)
    validator(type_).validate(produced)


@pytest.mark.parametrize(("type_", "name"), EXAMPLES)
def test_nothing_leaves_that_the_schema_does_not_describe(type_, name):
    _only_described(CONTRACT[type_].schema, CONTRACT[type_].examples[name])


def _only_described(schema, value):
    if isinstance(value, dict):
        assert set(value) <= set(schema["properties"])
        for key, inner in value.items():
            _only_described(schema["properties"][key], inner)
    elif isinstance(value, list):
        for inner in value:
            _only_described(schema["items"], inner)


def test_a_schema_refuses_an_event_that_lacks_a_field():
    for type_, event in CONTRACT.items():
        example = next(iter(event.examples.values()))
        for missing in event.schema["required"]:
            assert not validator(type_).is_valid({n: v for n, v in example.items() if n != missing}), missing


def test_the_generated_documents_are_those_of_this_code():
    """After a change that is meant: python -m services.trips.tests.contract.write_documents"""
    folder = resource("trips", "contract")
    specification = TripsService.web.specification("trips")
    assert json.loads((folder / "openapi.json").read_text()) == specification
    version = specification["info"]["version"]
    assert (folder / "asyncapi.yaml").read_text() == asyncapi("trips", version, read_contract("trips"))


def _others_examples(source_and_type):
    source, type_ = source_and_type.split("/")
    paths = sorted((SERVICES / source / "contract" / "examples" / f"{type_}.v1").glob("*.json"))
    return [json.loads(path.read_text()) for path in paths]


@pytest.mark.parametrize("source_and_type", READ)
def test_the_others_examples_can_be_read_also_with_fields_of_a_later_release(source_and_type):
    examples = _others_examples(source_and_type)
    if not examples:
        pytest.skip("the other service's contract is not beside this one")
    for data in examples:
        envelope = SimpleNamespace(type=source_and_type, data={**data, "added_later": {"x": 1}})
        assert reading.read(READ[source_and_type], envelope)


def test_a_field_that_is_missing_is_named_without_its_value():
    envelope = SimpleNamespace(type="rate-set", data={"rate_type": "secret"})
    with pytest.raises(Unreadable) as parked:
        reading.read(reading.RATE_SET, envelope)
    assert "oere_per_km" in parked.value.message
    assert "secret" not in parked.value.message
