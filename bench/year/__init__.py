"""What one more trip costs whoever has reported many: 200 in the year that the 60-day rule looks back on.

The figure is the service's own work, its thread's processor time for one submission in milliseconds; what the database
does meanwhile is not in it on PostgreSQL, and is on SQLite. The trips come in the order in which they are driven, each
on a day of its own.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from bench.row import Goal, Row, Side
from bench.setting import Bench, Setting
from chassis.identity import DevIssuer
from chassis.store import Context, UnitOfWork
from services.trips.tests import builders
from services.trips.tests.integration import conftest
from trips.application.reporting import ReportTrip, report_trip

_TESTED: Any = conftest
_BUILDERS: Any = builders
"""The service as its own tests open it."""
_TRIPS = 200
_MEASURED = 40
_MOST_MS = 20.0


def rows(setting: Setting) -> Iterator[Row]:
    """One row for each database."""
    databases: dict[str, Callable[[str], str]] = {
        "sqlite": lambda folder: f"sqlite:///{folder}/trips.db",
        "postgresql": lambda _folder: setting.postgres.new_database(),
    }
    for name, url_in in databases.items():
        runs = [_submit_ms(url_in) for _ in range(setting.rounds)]
        yield Row(
            name=f"year {name}",
            work=f"submit a trip after {_TRIPS} of one person in a year, {name}",
            unit="ms of own work",
            better="less",
            sides=[Side(name="ours", kind="ours", runs=runs)],
            goals=[Goal(at_least=_MOST_MS)],
        )


def _submit_ms(url_in: Callable[[str], str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        world: Any = _TESTED.World(url_in(folder), DevIssuer(Path(folder) / "keys", host="127.0.0.1"))
        try:
            return _year(world)
        finally:
            world.app.store.engine.dispose()


def _year(world: Any) -> float:
    _TESTED.populate(world)
    world.rate(since="2020-01-01")
    world.set_policy(deduction="per_day")
    world.preview()
    world.routing_answers()
    taken = []
    for number in range(_TRIPS + _MEASURED):
        day = date(2026, 3, 9) - timedelta(days=360 - number * 3 // 2)
        command = ReportTrip(str(uuid4()), "bent", _BUILDERS.report(driving_date=day, purpose=f"Besøg {number}"))
        started = time.thread_time()
        outcome = world.app.store.execute(Context("bent", command.trip_id), partial(_report, world, command))
        taken.append((time.thread_time() - started) * 1000)
        world.app.projections.run_to_head()
        assert outcome.value["status"] == "submitted"
    return median(taken[_TRIPS:])


def _report(world: Any, command: ReportTrip, uow: UnitOfWork) -> dict[str, str | int]:
    return report_trip(uow, world.app.rules, command)


BENCHES = (Bench("year", rows),)
