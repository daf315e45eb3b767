"""The examples are what others test against: real events of this service, so nobody relies on a wish."""

import json

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from chassis.contracts import asyncapi, read_contract
from chassis.store.migrate import resource
from payroll.published import TRANSLATIONS
from payroll.service import PayrollService
from services.payroll.tests.contract.facts import EVENTS, published

CONTRACT = {event.type: event for event in read_contract("payroll")}


def validator(type_):
    return Draft202012Validator(CONTRACT[type_].schema, format_checker=FormatChecker())


def test_every_published_type_has_a_schema_and_examples():
    assert {type(event) for event in EVENTS.values()} == set(TRANSLATIONS)
    assert {type_ for type_, _ in EVENTS} == set(CONTRACT)
    named = {(type_, name) for type_, event in CONTRACT.items() for name in event.examples}
    assert named == set(EVENTS)


@pytest.mark.parametrize(("type_", "name"), EVENTS)
def test_an_example_is_what_the_service_publishes_and_fits_its_schema(type_, name):
    event = published(EVENTS[type_, name])
    assert event.type == type_
    assert event.data == CONTRACT[type_].examples[name]
    validator(type_).check_schema(CONTRACT[type_].schema)
    validator(type_).validate(event.data)


@pytest.mark.parametrize(("type_", "name"), EVENTS)
def test_a_schema_refuses_an_event_that_lacks_anything(type_, name):
    example, required = CONTRACT[type_].examples[name], CONTRACT[type_].schema["required"]
    assert all(
        not validator(type_).is_valid({n: v for n, v in example.items() if n != lacking}) for lacking in required
    )


def test_the_documents_beside_the_schemas_are_what_the_code_says():
    folder = resource("payroll", "contract")
    specification = PayrollService.web.specification("payroll")
    assert json.loads((folder / "openapi.json").read_text(encoding="utf-8")) == specification
    version = specification["info"]["version"]
    said = asyncapi("payroll", version, list(CONTRACT.values()))
    assert (folder / "asyncapi.yaml").read_text(encoding="utf-8") == said


def test_everything_a_busy_month_publishes_fits_the_contract(staffed):
    for someone in staffed.people().values():
        staffed.drive(someone)
    staffed.close()
    events = staffed.published()
    assert {event.type for event in events} == set(CONTRACT) - {"person-erased"}
    for event in events:
        validator(event.type).validate(event.data)
        assert event.partitionkey == event.subject
