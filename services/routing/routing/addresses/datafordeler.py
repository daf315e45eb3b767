"""DAR (Danmarks Adresseregister) over Datafordeler's GraphQL service, as a register.

It answers about entities one kind at a time, names by their ids what they hang together with, and finds texts only by
how they begin, to the letter. Searching in it is for sites that have nothing better; by id it is the register itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from chassis.clock import Clock
from routing.addresses.dar_files import IN_FORCE, point_in
from routing.addresses.outside import REFUSED, AskedByOne, named_candidates, one_of, refuses_for_now
from routing.domain.address import Address
from routing.domain.errors import EngineUnavailable, UnknownAddress
from routing.domain.events import AddressSource
from routing.domain.register import Named
from routing.outside import Answer, JsonService

_LOG = logging.getLogger(__name__)

URL: Final = "https://graphql.datafordeler.dk/DAR/v1"
_OK: Final = 200
_MOST_ASKED_FOR: Final = 50
_STREET_AND_NUMBER: Final = re.compile(r"(.*?\S)\s+(\d{1,3})\s?([A-Za-zÆØÅæøå]?)(?!\w)")

_HOUSE: Final = """
query House($id: String!, $at: DafDateTime!) {
  DAR_Husnummer(first: 1, virkningstid: $at, registreringstid: $at, where: {id_lokalId: {eq: $id}}) {
    nodes { id_lokalId husnummertekst adgangspunkt navngivenVej postnummer supplerendeBynavn }
  }
}"""
_AROUND: Final = """
query Around($point: String!, $road: String!, $code: String!, $village: String!, $at: DafDateTime!) {
  point: DAR_Adressepunkt(first: 1, virkningstid: $at, registreringstid: $at, where: {id_lokalId: {eq: $point}}) {
    nodes { position { wkt } }
  }
  road: DAR_NavngivenVej(first: 1, virkningstid: $at, registreringstid: $at, where: {id_lokalId: {eq: $road}}) {
    nodes { vejnavn }
  }
  code: DAR_Postnummer(first: 1, virkningstid: $at, registreringstid: $at, where: {id_lokalId: {eq: $code}}) {
    nodes { postnr navn }
  }
  village: DAR_SupplerendeBynavn(
    first: 1, virkningstid: $at, registreringstid: $at, where: {id_lokalId: {eq: $village}}
  ) {
    nodes { navn }
  }
}"""
_BEGINNING: Final = """
query Beginning($text: String!, $most: Int!, $status: String!, $at: DafDateTime!) {
  DAR_Husnummer(
    first: $most, virkningstid: $at, registreringstid: $at,
    where: {adgangsadressebetegnelse: {startsWith: $text}, status: {eq: $status}}
  ) {
    nodes { id_lokalId adgangsadressebetegnelse }
  }
}"""


class Datafordeler(AskedByOne):
    """``key`` gives the API key as it is now; it is shown to the service and to nobody else."""

    source = AddressSource("datafordeler")

    def __init__(self, service: JsonService, key: Callable[[], str], clock: Clock) -> None:
        super().__init__()
        self._service = service
        self._key = key
        self._clock = clock

    def search(self, text: str, limit: int) -> Sequence[Named]:
        return self._beginning(text, limit)

    def _house(self, address_id: str) -> Address | None:
        house = _first(self._asked(_HOUSE, {"id": address_id}).get("DAR_Husnummer"))
        if house is None:
            return None
        pointed_to = {
            "point": house.get("adgangspunkt"),
            "road": house.get("navngivenVej"),
            "code": house.get("postnummer"),
            "village": house.get("supplerendeBynavn"),
        }
        around = self._asked(_AROUND, {name: value or "" for name, value in pointed_to.items()})
        return _address(house, {name: _first(around.get(name)) or {} for name in pointed_to})

    def _washed(self, text: str) -> Address:
        """Asks for the street and the number as they are written, for the service knows no other way to begin."""
        written = _STREET_AND_NUMBER.match(text.strip())
        if written is None:
            raise UnknownAddress
        street, number, letter = written.groups()
        found = self._beginning(f"{street} {number}{letter.upper()},", _MOST_ASKED_FOR)
        return one_of(text, named_candidates(text, found), self.get)

    def _beginning(self, text: str, limit: int) -> list[Named]:
        """Names of roads begin with a capital letter; the service takes no other for it."""
        wanted = text.strip()
        variables = {"text": wanted[:1].upper() + wanted[1:], "most": limit, "status": IN_FORCE}
        nodes = (self._asked(_BEGINNING, variables).get("DAR_Husnummer") or {}).get("nodes") or ()
        return [Named(node["id_lokalId"], node["adgangsadressebetegnelse"]) for node in nodes]

    def _asked(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The data; empty where this one question was refused."""
        at = _zulu(self._clock())
        question = {"query": query, "variables": {**variables, "at": at}}
        return _said(self._service.post(f"?{urlencode({'apiKey': self._key()})}", question))


def _said(answer: Answer) -> dict[str, Any]:
    """``EngineUnavailable`` where every question would be refused: for the key, for haste, or by some other service."""
    document = answer.document if isinstance(answer.document, dict) else {}
    errors, data = document.get("errors"), document.get("data")
    if errors or answer.status in REFUSED:
        if refuses_for_now(str(errors)):
            raise EngineUnavailable("Datafordeler refused the key, or wants fewer questions.")
        _LOG.warning("Datafordeler refused a question", extra={"status": answer.status})
        return {}
    if answer.status != _OK or not isinstance(data, dict):
        raise EngineUnavailable(f"Datafordeler answered {answer.status}, and not to the question.")
    return data


def _zulu(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _first(found: Any) -> dict[str, Any] | None:
    nodes = (found or {}).get("nodes") or ()
    return nodes[0] if nodes else None


def _address(house: dict[str, Any], around: dict[str, dict[str, Any]]) -> Address | None:
    """``None`` for a house number that was never placed on the map."""
    point = point_in((around["point"].get("position") or {}).get("wkt") or "")
    street = around["road"].get("vejnavn")
    if point is None or not street:
        return None
    return Address(
        house["id_lokalId"], street, house["husnummertekst"], around["village"].get("navn"),
        around["code"].get("postnr"), around["code"].get("navn"), point,
    )  # fmt: skip
