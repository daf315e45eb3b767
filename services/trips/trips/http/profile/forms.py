"""The profile's forms as typed: read into what the API takes, or shown again with a sentence by each fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from chassis.pages.forms import Form
from trips.domain.events import Asked
from trips.domain.profile.driver import DISTANCES, EntryKind
from trips.domain.typed_km import metres_typed
from trips.http.typed import MOST_STOPS, day_typed

MOST_VIA, USUAL_VIA = MOST_STOPS - 2, 4
Faults = dict[str, str]
"""The key of the sentence by field."""


def stops(via: int) -> tuple[str, ...]:
    """The inputs of a route with so many stops on the way."""
    return ("from", *(f"via-{number}" for number in range(1, via + 1)), "to")


def given_id(form: Mapping[str, str]) -> str:
    """The id the form was shown with, so that pressing twice is once; a new one where it cannot be read."""
    try:
        return str(UUID(form.get("id", "")))
    except ValueError:
        return str(uuid4())


def address_typed(form: Mapping[str, str], name: str) -> Asked | None:
    """The address as typed, with the id of a suggestion only while the text is still the suggestion's own."""
    text = " ".join(form.get(name, "").split())[:200]
    if not text:
        return None
    picked = form.get(f"{name}-picked", "").strip()
    address_id = form.get(f"{name}-id", "")[:100] if text == picked else ""
    return Asked(address_id or None, text)


def address_fields(name: str, address: Asked) -> dict[str, str]:
    """The inputs of an address that is known already."""
    text = address.text or ""
    return {name: text, f"{name}-id": address.address_id or "", f"{name}-picked": text if address.address_id else ""}


def entry_typed(form: Mapping[str, str]) -> tuple[dict[str, Any], Faults]:
    """A new entry as the API's schema gives it, and what cannot be read."""
    kind = EntryKind(form["kind"])
    faults: Faults = {}
    starts, last = _day(form, "starts", faults), _day(form, "last", faults, optional=True)
    ends = None if last is None or last >= date.max else last + timedelta(days=1)
    entry = {"kind": kind, "employment_id": form.get("employment_id") or None, "starts": starts, "ends": ends}
    if kind in DISTANCES:
        metres = metres_typed(form.get("km", ""))
        if metres is None:
            faults["km"] = "entry.bad_km"
        return {**entry, "address": None, "metres": metres}, faults
    address = address_typed(form, "address")
    if address is None:
        faults["address"] = "entry.address_needed"
    return {**entry, "address": address, "metres": None}, faults


def place_typed(form: Mapping[str, str]) -> tuple[dict[str, Any], Faults]:
    """A named address, and what is missing."""
    name, address = form.get("name", "").strip()[:100], address_typed(form, "address")
    faults = {} if name else {"name": "place.name_needed"}
    return {"name": name, "address": address}, faults if address else {**faults, "address": "place.address_needed"}


def route_typed(form: Mapping[str, str]) -> tuple[dict[str, Any], Faults]:
    """A route under a name, and what is missing. Addresses left empty are passed over."""
    name = form.get("name", "").strip()[:100]
    points = tuple(address for stop in stops(MOST_VIA) if (address := address_typed(form, stop)) is not None)
    faults = {} if name else {"name": "place.name_needed"}
    faults |= {end: f"saved.{end}_needed" for end in ("from", "to") if address_typed(form, end) is None}
    purpose = form.get("purpose", "").strip()[:500] or None
    return {"name": name, "points": points, "round_trip": bool(form.get("round_trip")), "purpose": purpose}, faults


def route_fields(name: str, points: Sequence[Asked], *, round_trip: bool, purpose: str | None) -> dict[str, str]:
    """The form of a route that is known already."""
    given = {"name": name, "purpose": purpose or "", "round_trip": "1" if round_trip else ""}
    for place, point in zip(stops(len(points) - 2), points, strict=True):
        given |= address_fields(place, point)
    return given


def wrong(form: Mapping[str, str], faults: Faults, sentence: Any) -> Form:
    """The form shown again."""
    return Form(dict(form.items()), {name: [sentence(key)] for name, key in faults.items()})


def _day(form: Mapping[str, str], name: str, faults: Faults, *, optional: bool = False) -> date | None:
    typed = form.get(name, "").strip()
    if optional and not typed:
        return None
    day = day_typed(typed)
    if day is None:
        faults[name] = "entry.bad_day"
    return day
