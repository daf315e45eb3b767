"""Does the payroll file hold exactly what was approved? Computed anew from what the services published.

Nothing here asks payroll for a sum that it then compares with itself: distances come from trips, decisions from
approval, rates from the rates in force, and only the lines of the file and the period's totals from payroll.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_Event = dict[str, Any]
_FULL_LINE = 999_999
_PAY_CODE, _HUNDREDTHS = slice(19, 23), slice(23, 29)


@dataclass(frozen=True)
class Published:
    """The events of the three services that the check needs, each oldest first."""

    trips: list[_Event]
    approval: list[_Event]
    payroll: list[_Event]


@dataclass(frozen=True)
class Payable:
    """One approved trip with what must be paid for it, worked out here."""

    trip_id: str
    employment_id: str
    month: str
    account: str | None
    pay_codes: tuple[str, ...]
    net_m: int
    amount_oere: int


def payables(published: Published, period: str) -> list[Payable]:
    """The trips that closing `period` had to take: approved, as last decided, and not settled in any other period."""
    submitted = {
        (e["data"]["trip_id"], e["data"]["revision"]): e["data"] for e in _of("trip-submitted", published.trips)
    }
    elsewhere = {e["data"]["trip_id"] for e in _of("trip-settled", published.payroll) if e["data"]["period"] != period}
    rates = _Rates(_of("rate-set", published.payroll))
    approved = {e["data"]["trip_id"]: e["data"] for e in _of("trip-approved", published.approval)}
    return [
        _payable(submitted[trip_id, approval["revision"]], approval["account"], rates)
        for trip_id, approval in approved.items()
        if trip_id not in elsewhere
    ]


def differences(expected: list[Payable], published: Published, period: _Event, file: bytes) -> list[str]:
    """One sentence for each thing that is not as it must be; none when every metre and øre agrees."""
    of_period = (e["data"] for e in _of("trip-settled", published.payroll) if e["data"]["period"] == period["period"])
    settled = {s["trip_id"]: s for s in of_period}
    found = []
    if settled.keys() != {payable.trip_id for payable in expected}:
        found.append(f"{len(settled)} trips are settled, {len(expected)} were approved")
    for payable in expected:
        paid = settled.get(payable.trip_id, {"net_m": 0, "amount_oere": 0})
        if (paid["net_m"], paid["amount_oere"]) != (payable.net_m, payable.amount_oere):
            found.append(f"trip {payable.trip_id} is settled as {paid}, expected {payable}")
    sums = {"trip_count": len(expected), "net_m": _sum_m(expected), "amount_oere": sum(p.amount_oere for p in expected)}
    found += [
        f"the period's {name} is {period[name]}, expected {sum_}" for name, sum_ in sums.items() if period[name] != sum_
    ]
    wanted, written = Counter(expected_lines(expected)), Counter(lines_of(file))
    if wanted != written:
        found.append(f"the file lacks {wanted - written} and has {written - wanted} (pay code, hundredths of a km)")
    return found


def expected_lines(payables_: Iterable[Payable]) -> Iterator[tuple[str, int]]:
    """Pay code and hundredths of a kilometre per line: metres are summed first, and only the sum is cut."""
    metres: dict[tuple[str, str, str | None, str], int] = defaultdict(int)
    for payable in payables_:
        for code in payable.pay_codes:
            metres[payable.employment_id, code, payable.account, payable.month] += payable.net_m
    for (_, code, _, _), sum_m in metres.items():
        full, rest = divmod(sum_m // 10, _FULL_LINE)
        yield from ((code, hundredths) for hundredths in (*[_FULL_LINE] * full, rest) if hundredths)


def lines_of(file: bytes) -> list[tuple[str, int]]:
    """Pay code and hundredths of a kilometre of every line but the header."""
    lines = [line for line in file.decode("utf-8").split("\r\n") if line.startswith("DA6")]
    return [(line[_PAY_CODE], int(line[_HUNDREDTHS])) for line in lines]


class _Rates:
    """Rates by type and day; a later statement about the same type and day replaces the earlier."""

    def __init__(self, events: Iterable[_Event]) -> None:
        self._by_type: dict[str, dict[str, _Event]] = defaultdict(dict)
        for event in events:
            self._by_type[event["data"]["rate_type"]][event["data"]["from"]] = event["data"]

    def on(self, rate_type: str, day: str) -> _Event:
        """Of the rates that hold on the day, the one that began last."""
        rates = self._by_type[rate_type].values()
        holding = [rate for rate in rates if rate["from"] <= day and (rate["to"] is None or rate["to"] > day)]
        return max(holding, key=lambda rate: str(rate["from"]))


def _payable(trip: _Event, account: str | None, rates: _Rates) -> Payable:
    rate = rates.on(trip["rate_type"], trip["driving_date"])
    second = rate["second_pay_code"] if trip.get("trailer") else None
    return Payable(
        trip_id=trip["trip_id"],
        employment_id=trip["employment_id"],
        month=trip["driving_date"][:7],
        account=account,
        pay_codes=tuple(filter(None, (rate["pay_code"], second))),
        net_m=trip["net_m"],
        amount_oere=(trip["net_m"] * rate["oere_per_km"] + 500) // 1000,
    )


def _sum_m(payables_: Iterable[Payable]) -> int:
    return sum(payable.net_m for payable in payables_)


def _of(event_type: str, events: Iterable[_Event]) -> Iterator[_Event]:
    return (event for event in events if event["type"] == event_type)
