"""The examples are what others test against: real events of this service, so nobody relies on a wish."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import select

from approval import reading
from approval.domain.approvers import Reason
from approval.projections.submitted_trips import PERSONAL, trips
from approval.service import ApprovalService
from chassis.contracts import asyncapi, read_contract
from chassis.errors import Unreadable
from chassis.identity import DevIssuer
from chassis.store import ERASED
from chassis.store import reading as reading_of
from chassis.store.migrate import resource
from services.approval.tests.contract.scenarios import SCENARIOS, populate
from services.approval.tests.integration.conftest import World

CONTRACT = {event.type: event for event in read_contract("approval")}
EXAMPLES = [(type_, name) for type_, event in CONTRACT.items() for name in event.examples]
SERVICES = Path(__file__).resolve().parents[3]


@pytest.fixture
def world(tmp_path):
    world = World(f"sqlite:///{tmp_path}/approval.db", DevIssuer(tmp_path / "keys", host="127.0.0.1"))
    populate(world)
    yield world
    world.close()


def validator(type_):
    return Draft202012Validator(CONTRACT[type_].schema, format_checker=FormatChecker())


def test_every_published_type_has_a_schema_and_examples_and_each_example_a_scenario():
    assert set(CONTRACT) == {"trip-approved", "trip-rejected", "person-erasure-confirmed"}
    assert set(EXAMPLES) == set(SCENARIOS)


@pytest.mark.parametrize(("type_", "name"), EXAMPLES)
def test_an_example_is_what_the_service_publishes_and_fits_its_schema(world, type_, name):
    produced = SCENARIOS[type_, name](world)
    assert produced == CONTRACT[type_].examples[name]
    Draft202012Validator.check_schema(CONTRACT[type_].schema)
    validator(type_).validate(produced)


@pytest.mark.parametrize(("type_", "name"), EXAMPLES)
def test_nothing_leaves_that_the_schema_does_not_describe(type_, name):
    assert CONTRACT[type_].examples[name].keys() == CONTRACT[type_].schema["properties"].keys()


def test_a_schema_refuses_an_event_that_lacks_a_field():
    for type_, event in CONTRACT.items():
        example = next(iter(event.examples.values()))
        for missing in event.schema["required"]:
            assert not validator(type_).is_valid({n: v for n, v in example.items() if n != missing}), missing


def test_the_schema_names_every_capacity_in_which_somebody_can_decide():
    for event in (CONTRACT["trip-approved"], CONTRACT["trip-rejected"]):
        assert set(event.schema["properties"]["decided_as"]["enum"]) == {one.value for one in Reason} - {"nobody"}


def test_the_generated_documents_are_those_of_this_code():
    """After a change that is meant: python -m services.approval.tests.contract.write_documents"""
    folder = resource("approval", "contract")
    specification = ApprovalService.web.specification("approval")
    assert json.loads((folder / "openapi.json").read_text()) == specification
    version = specification["info"]["version"]
    assert (folder / "asyncapi.yaml").read_text() == asyncapi("approval", version, read_contract("approval"))


@pytest.mark.parametrize(("source", "type_"), reading.SCHEMAS)
def test_the_others_examples_can_be_read_also_with_fields_of_a_later_release(source, type_):
    paths = sorted((SERVICES / source / "contract" / "examples" / f"{type_}.v1").glob("*.json"))
    if not paths:
        pytest.skip("the other service's contract is not beside this one")
    for path in paths:
        data = json.loads(path.read_text())
        assert reading.value_of(source, type_, {**data, "added_later": {"x": 1}}) == reading.value_of(
            source, type_, data
        )


def test_all_that_trips_seals_about_a_person_is_erased_with_them(world):
    """Also what a later release seals: whoever adds such a field finds it here."""
    folder = SERVICES / "trips" / "contract"
    if not folder.exists():
        pytest.skip("the other service's contract is not beside this one")
    schema = json.loads((folder / "events" / "trip-submitted.v1.schema.json").read_text())
    sealed = {name for name, said in schema["properties"].items() if said.get("x-sealed")}
    assert set(PERSONAL) == sealed
    example = json.loads((folder / "examples" / "trip-submitted.v1" / "round-trip-from-home.json").read_text())
    world.tell("trips", "trip-submitted", {**example, "person_id": "p-1017"})
    world.tell("payroll", "person-erased", {"person_id": "p-1017", "erased_at": "2031-01-02T08:00:00.000000Z"})
    with reading_of(world.app.store.engine) as conn:
        (row,) = conn.execute(select(trips))
    kept, secret = f"{row.published}{row.likeness}".casefold(), ("hjemvej", "skolegade", "ab12345", "via broen")
    assert all(word in json.dumps(example).casefold() for word in secret)
    assert [word for word in secret if word in kept] == []
    told = json.loads(row.published)
    assert {name: told[name] for name in sealed} == dict.fromkeys(sealed, ERASED)


def test_a_field_that_is_missing_is_named_without_its_value():
    with pytest.raises(Unreadable) as parked:
        reading.value_of("payroll", "org-unit-changed", {"org_unit_id": "secret"})
    assert parked.value.details == {"fields": ["name", "parent_id"]}
    assert "secret" not in parked.value.message
