"""Rate and amount of a driving date, from the official table payroll is delivered with or from a list."""

from datetime import date
from typing import Any

from payroll.domain.errors import NoRate
from payroll.domain.official_rates import official_rates
from payroll.domain.pricing import amount_oere
from payroll.domain.rates import Label, Rate, rate_on, table

PAY_CODES = {"car_high": "0001", "car_low": "0002", "bicycle": "0003"}


def answer(given: dict[str, Any]) -> dict[str, Any]:
    rates = official_rates(PAY_CODES) if given["rates"] == "official" else [_rate(row) for row in given["rates"]]
    try:
        rate = rate_on(table(rates), given["rate_type"], date.fromisoformat(given["date"]))
    except NoRate as error:
        return {"error": error.code}
    found = {"oere_per_km": rate.oere_per_km}
    if given.get("distance_m") is not None:
        found["amount_oere"] = amount_oere(given["distance_m"], rate.oere_per_km)
    return found


def _rate(row: dict[str, Any]) -> Rate:
    valid_to = date.fromisoformat(row["to"]) if row.get("to") else None
    return Rate(
        row["rate_type"], Label("", ""), row["oere_per_km"], date.fromisoformat(row["from"]), valid_to,
        pay_code="0001", second_pay_code=None, requires_plate=False,
    )  # fmt: skip
