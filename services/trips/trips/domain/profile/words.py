"""What happened to a profile, in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from trips.domain.events import Asked
from trips.domain.figures import kilometres
from trips.domain.profile import events as p
from trips.domain.profile.driver import EntryKind
from trips.domain.texts import Words

KINDS: Mapping[str, Words] = {
    EntryKind.ALTERNATIVE_HOME: {"da": "Anden bopæl", "en": "Alternative home"},
    EntryKind.ALTERNATIVE_WORK: {"da": "Andet arbejdssted", "en": "Alternative workplace"},
    EntryKind.HOME_WORK_DISTANCE: {
        "da": "Egen afstand mellem hjem og arbejde",
        "en": "Own distance between home and work",
    },
    EntryKind.BORDER_DISTANCE: {"da": "Afstand til kommunegrænsen", "en": "Distance to the municipal border"},
}

_SAID: Mapping[type, Words] = {
    p.PlateAdded: {"da": "Nummerplade tilføjet: {what}.", "en": "Licence plate added: {what}."},
    p.PlateMadePrimary: {"da": "En anden nummerplade blev den primære.", "en": "Another licence plate became primary."},
    p.PlateDeleted: {"da": "Nummerplade slettet.", "en": "Licence plate deleted."},
    p.PersonalAddressSaved: {"da": "Adresse gemt: {what}.", "en": "Address saved: {what}."},
    p.PersonalAddressDeleted: {"da": "Gemt adresse slettet.", "en": "Saved address deleted."},
    p.RouteSaved: {"da": "Rute gemt: {what}.", "en": "Route saved: {what}."},
    p.SavedRouteDeleted: {"da": "Gemt rute slettet.", "en": "Saved route deleted."},
    p.ProfileEntryRemoved: {
        "da": "En oplysning blev fjernet, som om den aldrig havde gældt.",
        "en": "An entry was removed, as if it had never held.",
    },
}
_ADDED: Words = {"da": "{kind} fra {starts}: {value}.", "en": "{kind} from {starts}: {value}."}
_ADDED_UNTIL: Words = {
    "da": "{kind} fra {starts} til og med {last}: {value}.",
    "en": "{kind} from {starts} to {last}: {value}.",
}
_ENDED: Words = {"da": "En oplysning gælder ikke længere fra {ends}.", "en": "An entry no longer holds from {ends}."}


def in_words(event: object) -> Words:
    """What an event of a profile means."""
    match event:
        case p.ProfileEntryAdded():
            return {language: _entry(event, language) for language in ("da", "en")}
        case p.ProfileEntryEnded():
            return {language: text.format(ends=_day(event.ends, language)) for language, text in _ENDED.items()}
    what = {p.PlateAdded: "plate", p.PersonalAddressSaved: "name", p.RouteSaved: "name"}.get(type(event))
    named = "" if what is None else getattr(event, what)
    return {language: text.format(what=named) for language, text in _SAID[type(event)].items()}


def address_text(address: Asked) -> str:
    """An address as people read it."""
    return address.text or address.address_id or ""


def _entry(event: p.ProfileEntryAdded, language: str) -> str:
    value = kilometres(event.metres or 0, language) if event.address is None else address_text(event.address)
    sentence = _ADDED if event.ends is None else _ADDED_UNTIL
    last = "" if event.ends is None else _day(event.ends - timedelta(days=1), language)
    kind, starts = KINDS[event.kind][language], _day(event.starts, language)
    return sentence[language].format(kind=kind, starts=starts, last=last, value=value)


def _day(day: date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language == "da" else day.isoformat()
