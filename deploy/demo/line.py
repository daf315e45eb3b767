"""The steps of the line as people take them, over HTTP: report, be measured, decide, close, fetch the file."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from deploy.client import Api, System, program
from deploy.demo.people import Person
from deploy.demo.trips import PlannedTrip

_BULK = 200
_PAUSE_S = 0.2
_Decide = Callable[[dict[str, Any]], dict[str, Any]]


class LineStuckError(Exception):
    """A step did not come to its end in the time it was given."""


def report(system: System, trip: PlannedTrip) -> dict[str, Any]:
    """Post the trip as its owner; posting it again is the same trip."""
    answer: dict[str, Any] = system.acting_as(trip.person.identity).post("/trips/api/v1/trips", trip.body)
    return answer


def report_all(system: System, trips: Iterable[PlannedTrip], connections: int) -> Iterator[PlannedTrip]:
    """Post them over several connections; gives each as soon as it and those before it are accepted."""
    with ThreadPoolExecutor(connections) as pool:
        yield from pool.map(lambda trip: (report(system, trip), trip)[1], trips)


def wait_measured(system: System, trip_ids: Iterable[str], timeout_s: float) -> Iterator[str]:
    """Gives the id of each trip once trips has published it with its distance.

    :raises LineStuckError: when nothing has come for `timeout_s`.
    """
    missing = set(trip_ids)
    position, deadline = 0, time.monotonic() + timeout_s
    trips = system.acting_as(program("integration"))
    while missing:
        for event in trips.feed("trips", after=position, wait_s=1):
            position += 1
            if event["type"] == "trip-submitted" and event["subject"] in missing:
                missing.remove(event["subject"])
                deadline = time.monotonic() + timeout_s
                yield event["subject"]
        if missing and time.monotonic() > deadline:
            raise LineStuckError(f"{len(missing)} trips are not measured, the first is {min(missing)}")


def decide_all(
    system: System, leaders: list[Person], trip_ids: Iterable[str], decide: _Decide, timeout_s: float
) -> Iterator[str]:
    """Let every leader go through the inbox until all these trips are decided; gives each id when it is. A trip that
    changes with another of its day has done so before: leaders begin once approval knows all that trips has published.

    `decide` gets an inbox item and returns `decision`, `comment` and the like.

    :raises LineStuckError: when nothing could be decided for `timeout_s`.
    """
    wait_until_known(system, "trips", ("approval",), timeout_s)
    missing, deadline = set(trip_ids), time.monotonic() + timeout_s
    while missing:
        for leader in leaders:
            for trip_id in _work_through(system.acting_as(leader.identity), missing, decide):
                missing.remove(trip_id)
                deadline = time.monotonic() + timeout_s
                yield trip_id
        if missing and time.monotonic() > deadline:
            raise LineStuckError(f"{len(missing)} trips are in no leader's inbox, the first is {min(missing)}")
        if missing:
            time.sleep(_PAUSE_S)


def _work_through(leader: Api, wanted: set[str], decide: _Decide) -> Iterator[str]:
    items = [item for item in leader.items("/approval/api/v1/inbox", limit=_BULK) if item["trip_id"] in wanted]
    for start in range(0, len(items), _BULK):
        named = (
            {"trip_id": item["trip_id"], "revision": item["revision"], **decide(item)}
            for item in items[start : start + _BULK]
        )
        answer = leader.post("/approval/api/v1/decisions", {"decisions": list(named)})
        refused = [item for item in answer["items"] if item["outcome"] == "refused"]
        if refused:
            raise LineStuckError(f"a decision was refused: {refused[0]['problem']}")
        yield from (item["trip_id"] for item in answer["items"])


def wait_until_known(system: System, source: str, listeners: Iterable[str], timeout_s: float) -> None:
    """Until each of these services has taken in all that `source` has published so far.

    :raises LineStuckError: when one of them has not after `timeout_s`
    """
    api = system.acting_as(program("integration"))
    head, deadline = api.head(source), time.monotonic() + timeout_s
    for listener in listeners:
        while api.inbox_positions(listener).get(source, 0) < head:
            if time.monotonic() > deadline:
                raise LineStuckError(f"{listener} does not take in what {source} published")
            time.sleep(_PAUSE_S)


def close(system: System, officer: Person, period: str) -> dict[str, Any]:
    """Close the period; doing it again is the same closing."""
    api = system.acting_as(officer.identity)
    done = api.post(f"/payroll/api/v1/periods/{period}/close", {}, key=f"close-{period}")
    closed: dict[str, Any] = api.get(f"/payroll/api/v1/periods/{period}", min_position=done["position"])
    return closed


def fetch_file(system: System, officer: Person, period: str) -> bytes:
    return system.acting_as(officer.identity).get_bytes(f"/payroll/api/v1/periods/{period}/files/opus")


def next_period(system: System, officer: Person) -> str:
    """The month to close next: the oldest that is open, so that the current one stays open for whoever looks.

    :raises LineStuckError: when the current month is closed too
    """
    periods = system.acting_as(officer.identity).items("/payroll/api/v1/periods")
    open_months = [str(period["period"]) for period in periods if not period["closed_at"]]
    if not open_months:
        raise LineStuckError("every month up to the current one is closed; delete the data (var/) to begin again")
    return min(open_months)
