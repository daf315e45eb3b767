"""Plates added, marked and deleted by trips' own functions."""

from typing import Any

from chassis.errors import Rejected
from trips.domain.plates import Plate, add_plate, delete_plate, make_primary


def answer(given: dict[str, Any]) -> dict[str, Any]:
    plates = [Plate(row["id"], row["person"], row["plate"], bool(row.get("primary"))) for row in given["plates"]]
    try:
        after = _done(plates, given["op"])
    except Rejected as refusal:
        return {"error": refusal.code}
    shown = [{"id": one.id, "person": one.person_id, "plate": one.plate, "primary": one.primary} for one in after]
    return {"plates": shown}


def _done(plates: list[Plate], op: dict[str, Any]) -> tuple[Plate, ...]:
    if op["do"] == "add":
        return add_plate(plates, op["person"], op["id"], op["plate"])
    return {"make_primary": make_primary, "delete": delete_plate}[op["do"]](plates, op["person"], op["id"])
