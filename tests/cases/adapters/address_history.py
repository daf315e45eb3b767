"""Addresses with periods: looked up, added and changed by trips' own functions."""

from datetime import date
from typing import Any

from chassis.errors import Rejected
from trips.domain import addresses as history
from trips.domain.addresses import DatedAddress, Kind


def answer(given: dict[str, Any]) -> dict[str, Any]:
    known = [_read(row) for row in given["addresses"]]
    return {"lookup": _look_up, "add": _add, "change": _change}[given["op"]](known, given)


def _look_up(known: list[DatedAddress], given: dict[str, Any]) -> dict[str, Any]:
    day = date.fromisoformat(given["date"])
    try:
        found = history.on_date(known, day, given["employment"], given.get("chosen_work"))
    except Rejected as refusal:
        return {"error": refusal.code}
    return {"home": found.home.id, "work": found.work.id}


def _add(known: list[DatedAddress], given: dict[str, Any]) -> dict[str, Any]:
    try:
        history.add(known, _read(given["new"]))
    except Rejected as refusal:
        return {"accepted": False, "reason": refusal.code, **refusal.details}
    return {"accepted": True}


def _change(known: list[DatedAddress], given: dict[str, Any]) -> dict[str, Any]:
    try:
        after = history.change(known, _read(given["change"]))
    except Rejected as refusal:
        return {"error": refusal.code}
    return {"changed": list(after) != known, "addresses": [_written(one) for one in after]}


def _read(row: dict[str, Any]) -> DatedAddress:
    ends = date.fromisoformat(row["to"]) if row.get("to") else None
    starts = date.fromisoformat(row["from"])
    return DatedAddress(row["id"], Kind(row["kind"]), row["address"], starts, ends, row.get("employment"))


def _written(one: DatedAddress) -> dict[str, Any]:
    ends = one.ends.isoformat() if one.ends else None
    row = {"id": one.id, "kind": one.kind.value, "address": one.address, "from": one.starts.isoformat(), "to": ends}
    return row if one.employment_id is None else {**row, "employment": one.employment_id}
