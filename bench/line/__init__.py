"""The whole line, from a reported trip to the payroll file: the system, a naive one on nameko, and the least work."""

from __future__ import annotations

from collections.abc import Iterator

from bench.row import Row
from bench.setting import Bench, Setting


def _latency(setting: Setting) -> Iterator[Row]:
    from bench.line import latency  # noqa: PLC0415 - a look at the options should not load every service

    return latency.rows(setting)


def _month(setting: Setting) -> Iterator[Row]:
    from bench.line import month  # noqa: PLC0415 - as above

    return month.rows(setting)


def _large_month(setting: Setting) -> Iterator[Row]:
    from bench.line import month  # noqa: PLC0415 - as above

    return month.large_rows(setting)


BENCHES = (Bench("latency", _latency), Bench("month", _month), Bench("large-month", _large_month))
