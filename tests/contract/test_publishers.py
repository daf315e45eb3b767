"""What every published event type must have, whoever publishes it."""

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from chassis.bus import subscriptions_of
from deploy.assembly import PARTS
from tests.contract.language import CONTRACTS, HEARD, SUBJECTS

EVENTS = [(source, type_) for source, events in CONTRACTS.items() for type_ in events]
EXAMPLES = [(source, type_, name) for source, type_ in EVENTS for name in CONTRACTS[source][type_].examples]


@pytest.mark.parametrize(("source", "type_"), EVENTS)
def test_an_event_has_a_sound_schema_that_says_who_owns_it_and_at_least_one_example(source, type_):
    event = CONTRACTS[source][type_]
    Draft202012Validator.check_schema(event.schema)
    assert event.schema["$id"] == f"{event.name}.schema.json"
    assert source in event.schema["description"]
    assert event.examples


@pytest.mark.parametrize(("source", "type_", "name"), EXAMPLES)
def test_an_example_fits_its_schema(source, type_, name):
    event = CONTRACTS[source][type_]
    Draft202012Validator(event.schema, format_checker=FormatChecker()).validate(event.examples[name])


@pytest.mark.parametrize(("source", "type_", "name"), EXAMPLES)
def test_an_example_names_its_subject_and_holds_only_what_can_be_stored(source, type_, name):
    data = CONTRACTS[source][type_].examples[name]
    assert data[SUBJECTS.get(type_, "trip_id")]
    assert list(_values_of_other_kinds(data)) == []


def _values_of_other_kinds(value):
    """Whole numbers, texts, booleans and nothing: no floats, in events or in arithmetic."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _values_of_other_kinds(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values_of_other_kinds(inner)
    elif value is not None and not isinstance(value, str | int | bool):
        yield value


@pytest.mark.parametrize(("source", "type_", "name"), EXAMPLES)
def test_no_event_has_a_field_for_the_civil_registration_number(source, type_, name):
    assert not any("cpr" in key.casefold() for key in _keys(CONTRACTS[source][type_].examples[name]))
    assert not any("cpr" in key.casefold() for key in _keys(CONTRACTS[source][type_].schema))


def _keys(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def test_an_event_type_has_one_publisher():
    types = [type_ for _, type_ in EVENTS if type_ != "person-erasure-confirmed"]  # each speaks for itself
    assert len(types) == len(set(types))


def test_the_backbone_keeps_its_names():
    assert {"trip-submitted"} <= CONTRACTS["trips"].keys()
    assert {"trip-approved"} <= CONTRACTS["approval"].keys()
    assert {"period-closed"} <= CONTRACTS["payroll"].keys()


def test_a_service_subscribes_to_whom_it_hears_and_only_to_what_is_published():
    subscribed = {(part.name, source) for part in PARTS for source in subscriptions_of(part.service)}
    assert subscribed == HEARD.keys()
    for (_, source), types in HEARD.items():
        assert types <= CONTRACTS[source].keys()


def test_a_subscription_is_wired_where_all_services_share_a_process():
    wired = {(part.name, source) for part in PARTS for source in part.listens_to}
    assert wired == HEARD.keys()
