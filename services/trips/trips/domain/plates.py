"""Licence plates: as they are stored, and whose is the primary one, which a new trip is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.errors import NotFound, Rejected

_PLATE = re.compile(r"[A-ZÆØÅ0-9]{2,7}")


@dataclass(frozen=True, slots=True)
class Plate:
    """A person's own vehicle; only driving in it is paid free of tax. One plate of each person is ``primary``."""

    id: str
    person_id: str
    plate: str
    primary: bool


def normal_plate(typed: str) -> str:
    """The plate in capitals without blanks and hyphens.

    ``Rejected("bad_plate")`` unless that leaves 2 to 7 letters (A-Z, Æ, Ø, Å) or digits.
    """
    plate = re.sub(r"[\s-]", "", typed).upper()
    if not _PLATE.fullmatch(plate):
        raise Rejected("bad_plate", "a licence plate has 2 to 7 letters or digits")
    return plate


def add_plate(plates: Sequence[Plate], person_id: str, plate_id: str, typed: str) -> tuple[Plate, ...]:
    """The plates, oldest first, with a new one at the end; a person's first one is primary.

    ``Rejected("bad_plate")``; ``Rejected("duplicate")`` when the person has it already.
    """
    plate = normal_plate(typed)
    own = [one for one in plates if one.person_id == person_id]
    if any(one.plate == plate for one in own):
        raise Rejected("duplicate", "the plate is there already")
    return (*plates, Plate(plate_id, person_id, plate, primary=not own))


def make_primary(plates: Sequence[Plate], person_id: str, plate_id: str) -> tuple[Plate, ...]:
    """The person's plate becomes the primary one and takes the mark from the others. ``NotFound("not_found")``."""
    _own(plates, person_id, plate_id)
    return tuple(replace(one, primary=one.id == plate_id) if one.person_id == person_id else one for one in plates)


def delete_plate(plates: Sequence[Plate], person_id: str, plate_id: str) -> tuple[Plate, ...]:
    """Without the plate; the person's oldest one left takes the mark of a primary one. ``NotFound("not_found")``."""
    gone = _own(plates, person_id, plate_id)
    left = tuple(one for one in plates if one is not gone)
    heir = next((one for one in left if one.person_id == person_id), None)
    return make_primary(left, person_id, heir.id) if gone.primary and heir is not None else left


def _own(plates: Sequence[Plate], person_id: str, plate_id: str) -> Plate:
    for one in plates:
        if (one.person_id, one.id) == (person_id, plate_id):
            return one
    raise NotFound("not_found", "the person has no such plate")
