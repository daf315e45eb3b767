"""Approved trips to the lines and the bytes of the OPUS file, by payroll's own functions."""

from datetime import date
from typing import Any

from payroll.domain.accounts import Administrative, account_for, check_pay_codes
from payroll.domain.errors import BadCode
from payroll.domain.opus import FileSettings, Payee, opus_file, opus_line
from payroll.domain.pay_lines import PayItem, pay_lines


def answer(given: dict[str, Any]) -> dict[str, Any]:
    settings = given["settings"]
    employments = {item["id"]: item for item in given["employments"]}
    approved = [trip for trip in given["trips"] if trip["status"] == "approved"]
    administrative = Administrative(**(settings.get("administrative") or {}))
    items = []
    for trip in approved:
        try:
            items.append(_item(trip, employments[trip["employment"]], administrative))
        except BadCode as error:
            return {"error": error.code, "trip": trip["id"]}
    return {**_file(items, employments, settings), "settled_trips": sorted(trip["id"] for trip in approved)}


def _item(trip: dict[str, Any], employment: dict[str, Any], administrative: Administrative) -> PayItem:
    second = trip.get("second_pay_code")
    check_pay_codes(trip["pay_code"], second)
    account = account_for(trip.get("account"), employment.get("cost_centre"), administrative)
    day = date.fromisoformat(trip["date"])
    return PayItem(trip["employment"], trip["pay_code"], second, account, day, trip["metres"])


def _file(items: list[PayItem], employments: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    payees = {
        key: Payee(item["cpr"], item.get("employment_type") or 0, item.get("extra_number") or 0)
        for key, item in employments.items()
    }
    file_settings = FileSettings(settings["municipality"], settings.get("header"), settings["encoding"])
    lines = pay_lines(items)
    content = opus_file(lines, payees, file_settings)
    return {
        "lines": [opus_line(line, payees[line.key.employment], file_settings.municipality) for line in lines],
        "file_text": None if content is None else content.decode(file_settings.encoding),
        "file_length": len(content or b""),
    }
