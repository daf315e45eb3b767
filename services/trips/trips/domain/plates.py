"""Danish licence plates as they are stored."""

from __future__ import annotations

import re

from chassis.errors import Rejected

_PLATE = re.compile(r"[A-ZÆØÅ0-9]{2,7}")


def normal_plate(typed: str) -> str:
    """The plate in capitals without blanks and hyphens.

    ``Rejected("bad_plate")`` unless that leaves 2 to 7 letters (A-Z, Æ, Ø, Å) or digits.
    """
    plate = re.sub(r"[\s-]", "", typed).upper()
    if not _PLATE.fullmatch(plate):
        raise Rejected("bad_plate", "a licence plate has 2 to 7 letters or digits")
    return plate
