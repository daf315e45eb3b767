"""Adressevælger, the public address search of Klimadatastyrelsen, as a register.

It searches by stages: little text gives streets, more gives a street in a postal code, and then house numbers, which
alone have an id. Where an address lies is said only of one that is asked for by id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from routing.addresses.outside import REFUSED, AskedByOne, named_candidates, one_of, refuses_for_now
from routing.domain.address import Address
from routing.domain.errors import EngineUnavailable
from routing.domain.events import AddressSource
from routing.domain.geography import Point
from routing.domain.register import Named
from routing.domain.utm import point_of
from routing.outside import Answer, JsonService

_LOG = logging.getLogger(__name__)

URL: Final = "https://adressevaelger.dk"
_OK: Final = 200
_STREETS_FOLLOWED: Final = 3
_MOST_ASKED_FOR: Final = 30


class Adressevaelger(AskedByOne):
    """``token`` gives the token as it is now; it is shown to the service and to nobody else."""

    source = AddressSource("adressevaelger")

    def __init__(self, service: JsonService, token: Callable[[], str]) -> None:
        super().__init__()
        self._service = service
        self._token = token

    def _house(self, address_id: str) -> Address | None:
        found = _said(self._service.get(f"/husnumre/{address_id}?{urlencode({'token': self._token()})}"))
        return _address(address_id, found["husnummer"]) if found.get("husnummer") else None

    def _washed(self, text: str) -> Address:
        return one_of(text, named_candidates(text, self._houses(text, _MOST_ASKED_FOR)), self.get)

    def search(self, text: str, limit: int) -> Sequence[Named]:
        return self._houses(text, limit)[:limit]

    def _houses(self, text: str, limit: int) -> list[Named]:
        """House numbers for ``text``; where it names only streets, those of the first few streets."""
        found = self._found(text, limit)
        houses = _named(found)
        streets = [hit for hit in found if hit.get("type") == "navngivenvejpostnummer"]
        for street in streets[:_STREETS_FOLLOWED]:
            if len(houses) >= limit:
                break
            houses += _named(self._found(_on_street(street), limit - len(houses)))
        return houses

    def _found(self, text: str, limit: int) -> list[dict[str, Any]]:
        query = urlencode({"tekst": text, "maksimum": limit, "token": self._token()}, errors="replace")
        return list(_said(self._service.get(f"/husnumre/soeg?{query}")).get("fund") or ())


def _said(answer: Answer) -> dict[str, Any]:
    """Empty where this one question was refused; ``EngineUnavailable`` where every question would be."""
    document = answer.document if isinstance(answer.document, dict) else {}
    if answer.status == _OK and document.get("status") == "ok":
        return document
    about_the_question = answer.status in REFUSED or (answer.status == _OK and "status" in document)
    if not about_the_question or refuses_for_now(str(document.get("beskrivelse"))):
        raise EngineUnavailable(f"Adressevælger answered {answer.status}, and not to the question.")
    return {}


def _named(found: Sequence[dict[str, Any]]) -> list[Named]:
    return [Named(hit["id"], hit["titel"]) for hit in found if hit.get("type") == "husnummer" and hit.get("id")]


def _on_street(street: dict[str, Any]) -> str:
    """As the service wants it: a space before the comma, where the house number would stand, and one after it."""
    return f"{street['vejnavn']} , {street['postnr']} {street['postdistrikt']}"


def _address(address_id: str, found: dict[str, Any]) -> Address | None:
    """``None`` for a house number that lacks its place or its road: nothing can be measured to it."""
    try:
        easting_m, northing_m = found["adgangspunkt"]["geometri"]["coordinates"]
        code = found.get("postnummer") or {}
        village = found.get("supplerendebynavn") or {}
        point: Point = point_of(easting_m, northing_m)
        return Address(
            address_id, found["vejnavn"], found["husnummertekst"], village.get("navn"), code.get("postnr"),
            code.get("navn"), point,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        _LOG.warning("a house number of Adressevælger lacks something", extra={"lacking": type(error).__name__})
        return None
