"""Both public address services, through the same port and with the same promises."""

import logging

import pytest

from routing.addresses.adressevaelger import Adressevaelger
from routing.addresses.datafordeler import Datafordeler
from routing.domain.errors import AmbiguousAddress, EngineUnavailable, UnknownAddress
from routing.domain.utm import point_of
from routing.outside import JsonService
from services.routing.tests.integration.conftest import NOON
from services.routing.tests.support.address_services import (
    HOLKVEJ,
    KEY,
    SKOLEVEJ_AARHUS,
    SKOLEVEJ_RANDERS,
    AdressevaelgerStub,
    DatafordelerStub,
    name_of,
)


@pytest.fixture(params=["adressevaelger", "datafordeler"])
def stub(request, tmp_path):
    service = {"adressevaelger": AdressevaelgerStub, "datafordeler": DatafordelerStub}[request.param](tmp_path)
    service.kind = request.param
    yield service
    service.close()


@pytest.fixture
def register(stub):
    return register_of(stub)


def register_of(stub, key=KEY):
    service = JsonService(stub.url if stub.kind == "adressevaelger" else stub.url + "/DAR/v1", 5)
    if stub.kind == "adressevaelger":
        return Adressevaelger(service, lambda: key).current()
    return Datafordeler(service, lambda: key, lambda: NOON).current()


def test_an_id_names_one_address_with_its_place(register):
    found = register.get(HOLKVEJ)
    assert (found.address_id, found.text) == (HOLKVEJ, "Holkvej 11, Mellerup, 8930 Randers NØ")
    assert found.point == point_of(574370.0, 6265111.0)


def test_an_id_that_is_not_there_is_no_address(register):
    assert register.get("0a3f50c0-0000-32b8-e044-0003ba298018") is None


def test_what_is_typed_is_completed_from_the_street_on(register):
    found = register.search("holkvej", 5)
    assert [(one.address_id, one.text) for one in found] == [(HOLKVEJ, name_of(HOLKVEJ))]


def test_no_more_than_the_limit_are_suggested(register):
    assert len(register.search("Skolevej", 1)) == 1
    assert len(register.search("Skolevej", 5)) == 2


def test_a_complete_text_is_washed_to_one_address_whatever_its_spelling(register):
    for text in ("Skolevej 3B, 8200 Aarhus N", "skolevej 3 b 8200", "Skolevej 3B, 2. tv, 8200 Århus N"):
        assert register.wash(text).address_id == SKOLEVEJ_AARHUS


def test_a_text_that_fits_two_towns_gives_both(register):
    with pytest.raises(AmbiguousAddress) as caught:
        register.wash("Skolevej 3B")
    assert {one.address_id for one in caught.value.candidates} == {SKOLEVEJ_AARHUS, SKOLEVEJ_RANDERS}


@pytest.mark.parametrize(
    "text", ["Ukendt Vej 3", "Skolevej 4, 8200 Aarhus N", "Skolevej 3B, 9999 Ingensteds", "Skolevej"]
)
def test_a_text_that_fits_nothing_is_unknown(register, text):
    with pytest.raises(UnknownAddress):
        register.wash(text)


QUESTIONS = {
    "get": lambda register: register.get(HOLKVEJ),
    "wash": lambda register: register.wash("Skolevej 3B"),
    "search": lambda register: register.search("s", 1),
}


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 503])
def test_a_service_that_fails_is_waited_for(stub, register, status):
    stub.failing = status
    for question in QUESTIONS.values():
        with pytest.raises(EngineUnavailable):
            question(register)


@pytest.mark.parametrize("status", [400, 404, 405, 410, 414, 422])
def test_a_service_that_refuses_one_question_is_not_waited_for(stub, register, status):
    stub.failing = status
    assert_nothing_is_found(register)


def assert_nothing_is_found(register):
    assert register.get(HOLKVEJ) is None
    assert list(register.search("s", 1)) == []
    with pytest.raises(UnknownAddress):
        register.wash("Skolevej 3B")


def test_a_refusal_in_an_answer_is_of_that_question_alone(stub, register):
    adressevaelger = {"status": "fejl", "beskrivelse": "søgeteksten er for lang"}
    graphql = {"errors": [{"message": "The query is too complex.", "extensions": {"code": "HC0047"}}], "data": None}
    stub.failing, stub.said = 200, adressevaelger if stub.kind == "adressevaelger" else graphql
    assert_nothing_is_found(register)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Token er udløbet", "DAF-AUTH-0001"),
        ("For mange forespørgsler: kvote overskredet", "RATE_LIMITED"),
    ],
)
def test_a_refusal_of_the_key_or_for_haste_is_waited_for_however_it_is_told(stub, register, status, said, code):
    adressevaelger = {"status": "fejl", "beskrivelse": said}
    graphql = {"errors": [{"message": "No.", "extensions": {"code": code}}]}
    stub.failing, stub.said = status, adressevaelger if stub.kind == "adressevaelger" else graphql
    for question in QUESTIONS.values():
        with pytest.raises(EngineUnavailable):
            question(register)


@pytest.mark.parametrize("document", [None, [], "hej"])
def test_what_is_no_address_service_is_waited_for(stub, register, document):
    stub.failing, stub.said = 200, document
    for question in QUESTIONS.values():
        with pytest.raises(EngineUnavailable):
            question(register)


@pytest.mark.parametrize("address_id", ["no-such-id", "", "n123", "../soeg", HOLKVEJ + "0", "\ud800"])
def test_an_id_of_another_register_is_no_address_and_costs_no_question(stub, register, address_id):
    assert register.get(address_id) is None
    assert stub.asked == []


def test_a_text_that_cannot_be_sent_is_only_unknown(register):
    with pytest.raises(UnknownAddress):
        register.wash("Ukendt\ud800vej 3")


@pytest.mark.parametrize("stub", ["adressevaelger"], indirect=True)
@pytest.mark.parametrize("lacking", ["adgangspunkt", "vejnavn"])
def test_a_house_without_its_place_or_road_is_no_address_and_stops_nobody(stub, register, lacking):
    there = {**stub._detail(HOLKVEJ)}
    del there[lacking]
    stub.failing, stub.said = 200, {"status": "ok", "husnummer": there}
    assert register.get(HOLKVEJ) is None


def test_an_answer_is_asked_for_once(stub, register):
    for _ in range(3):
        assert register.get(HOLKVEJ).address_id == HOLKVEJ
        assert register.wash("skolevej 3 b 8200").address_id == SKOLEVEJ_AARHUS
        assert register.get("0a3f50c0-0000-32b8-e044-0003ba298018") is None
        if not _:
            asked = len(stub.asked)
    assert len(stub.asked) == asked > 0


def test_a_failure_is_not_remembered_and_what_was_found_before_it_is(stub, register):
    found = register.get(HOLKVEJ)
    stub.failing = 503
    assert register.get(HOLKVEJ) == found
    with pytest.raises(EngineUnavailable):
        register.get(SKOLEVEJ_AARHUS)
    stub.failing = None
    assert register.get(SKOLEVEJ_AARHUS).address_id == SKOLEVEJ_AARHUS


def test_washing_gets_on_although_it_is_interrupted(stub, register):
    register.get(SKOLEVEJ_AARHUS)
    before = len(stub.asked)
    register.wash("skolevej 3 b 8200")
    assert not [one for one in stub.asked[before:] if SKOLEVEJ_AARHUS in one]


def test_the_key_is_in_no_error_and_no_log(stub, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = "en-forkert-noegle"
    with pytest.raises(EngineUnavailable) as caught:
        register_of(stub, wrong).get(HOLKVEJ)
    register_of(stub).get(HOLKVEJ)
    said = f"{caught.value} {caught.value.message} {caught.value.reason} {caplog.text}"
    assert wrong not in said
    assert KEY not in said


def test_the_source_is_named_for_the_event(stub, register):
    assert (register.source.name, register.source.edition) == (stub.kind, None)
