"""People at work while things break: they report trips, decide them, import the organisation and close months.

Each asks again until there is an answer, and the ledger keeps what was asked and what was answered.
"""

import copy
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from chassis.clock import local_date, utc_now
from chassis.identity import Identity
from deploy.client import program
from deploy.demo.map import houses
from deploy.demo.municipality import snapshot
from deploy.demo.people import Person, featured
from deploy.demo.trips import TripPlanner, workdays_before
from tests.faults.asking import Answer, Client
from tests.faults.ledger import Ledger

UNITS = ("311", "312", "41", "52")
REPORTERS = 2
_THINK_S = 0.12
_LOOK_S = 0.4
_IMPORT_S = 6.0
_AT_ONCE = 40
_REJECTED = 0.06
_REPEATED = 0.05
_CLOSERS = 2
_FIRST_DECISIONS = 5


class Writers:
    """Everybody who writes. ``close_month`` is called by whoever leads the run."""

    def __init__(self, client: Client, people: Sequence[Person], ledger: Ledger, seed: int) -> None:
        self._client, self._ledger, self._seed = client, ledger, seed
        here = [person for person in people if person.employments[0].org_unit_id in UNITS]
        self._drivers = [person for person in here if not person.leads and len(person.employments) == 1]
        self._leaders = [person for person in here if person.leads]
        self._officer = featured(list(people))["payroll"].identity
        self._stopping = threading.Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """At the end each finishes what it has begun; the services must answer again by then."""
        jobs: list[Callable[[], None]] = [
            *(lambda number=number: self._report(number) for number in range(REPORTERS)),
            *(lambda leader=leader: self._decide(leader) for leader in self._leaders),
            self._reorganise,
        ]
        threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        try:
            yield
        except BaseException:
            self._client.stop()  # nobody waits for answers any more
            raise
        finally:
            self._stopping.set()
            for thread in threads:
                thread.join(120)
            self._client.stop()

    def wait_until_busy(self, patience_s: float) -> None:
        """Until the first trips have come all the way to a decision: from here on everything is under way at once."""
        until = time.monotonic() + patience_s
        while len(self._ledger.told_decisions) < _FIRST_DECISIONS:
            if time.monotonic() > until:
                raise TimeoutError("no trip comes to a decision")
            time.sleep(0.05)

    def close_month(self, period: str) -> None:
        """From two places at once; each until it is told that the month is closed."""
        closers = [threading.Thread(target=self._close, args=(period,)) for _ in range(_CLOSERS)]
        for closer in closers:
            closer.start()
        for closer in closers:
            closer.join(180)

    def _report(self, number: int) -> None:
        chance = random.Random(f"{self._seed} {number}")
        planner = TripPlanner(f"faults {self._seed} {number}", workdays_before(local_date(utc_now()), 21))
        while not self._stopping.wait(_THINK_S):
            trip = planner.plan(chance.choice(self._drivers))
            self._ledger.ask_trip(trip.body, trip.person.person_id)
            for _ in range(2 if chance.random() < _REPEATED else 1):
                answer = self._client.patiently(trip.person.identity, "POST", "/trips/api/v1/trips", trip.body)
                if self._is_yes(answer, f"reporting {trip.trip_id}"):
                    self._ledger.tell_trip(trip.trip_id)

    def _decide(self, leader: Person) -> None:
        chance = random.Random(f"{self._seed} {leader.person_id}")
        while not self._stopping.wait(_LOOK_S):
            inbox = self._client.patiently(leader.identity, "GET", f"/approval/api/v1/inbox?limit={_AT_ONCE}")
            if inbox.is_success and inbox.body["items"]:
                self._send(leader.identity, [_decision(chance, item) for item in inbox.body["items"]])

    def _send(self, leader: Identity, decisions: list[dict[str, Any]]) -> None:
        for decision in decisions:
            self._ledger.ask_decision(decision, leader.person_id)
        key = str(uuid.uuid4())
        while decisions:
            answer = self._client.patiently(
                leader, "POST", "/approval/api/v1/decisions", {"decisions": decisions}, key=key
            )
            if not self._is_yes(answer, "deciding"):
                return
            asked = {decision["trip_id"]: decision for decision in decisions}
            items = answer.body["items"]
            decisions = [asked[one["trip_id"]] for one in items if not self._note(leader, one, asked[one["trip_id"]])]
            key = str(uuid.uuid4())
            if self._stopping.is_set() and decisions:
                return

    def _note(self, leader: Identity, item: dict[str, Any], decision: dict[str, Any]) -> bool:
        """False for one that is to be asked again."""
        if item["outcome"] != "refused":
            self._ledger.tell_decision(decision, item["outcome"], leader.person_id)
            return True
        status = item["problem"]["status"]
        if status < 500 and status != 409:
            self._ledger.refuse(f"deciding {item['trip_id']}: {item['problem']}")
        return bool(status < 500)

    def _reorganise(self) -> None:
        chance = random.Random(f"{self._seed} organisation")
        integration = program("integration")
        current = copy.deepcopy(snapshot())
        while not self._stopping.is_set():
            _change(chance, current)
            answer = self._client.patiently(
                integration, "PUT", "/payroll/api/v1/organisation", current, key=str(uuid.uuid4())
            )
            if self._is_yes(answer, "importing the organisation"):
                self._ledger.tell_snapshot(copy.deepcopy(current))
            self._stopping.wait(_IMPORT_S)

    def _close(self, period: str) -> None:
        path = f"/payroll/api/v1/periods/{period}/close"
        answer = self._client.patiently(self._officer, "POST", path, {}, key=str(uuid.uuid4()))
        if self._is_yes(answer, f"closing {period}"):
            self._ledger.tell_closing(period, answer.body)

    def _is_yes(self, answer: Answer, what: str) -> bool:
        if answer.is_final and not answer.is_success:
            self._ledger.refuse(f"{what}: {answer.status} {answer.body}")
        return answer.is_success


def _decision(chance: random.Random, item: dict[str, Any]) -> dict[str, Any]:
    named = {"trip_id": item["trip_id"], "revision": item["revision"]}
    if chance.random() < _REJECTED:
        return {**named, "decision": "reject", "comment": "Skriv venligst, hvem du besøgte."}
    return {**named, "decision": "approve"}


def _change(chance: random.Random, organisation: dict[str, Any]) -> None:
    """Somebody moves house, somebody marries, somebody is moved to another unit, a unit gets another name."""
    homes = [house for house in houses() if house.place.name != "Fjernø"]
    movers = [person for person in organisation["Persons"] if not person["Employments"][0]["Manager"]]
    for person in chance.sample(movers, 3):
        house = chance.choice(homes)
        person["Address"] = {
            "Street": house.street_and_number,
            "PostalCode": house.place.postal_code,
            "City": house.place.city,
        }
    chance.choice(movers)["LastName"] = f"Nielsen-{chance.randrange(10_000)}"
    moved = [person for person in movers if person["Employments"][0]["OrgUnitId"] in UNITS]
    chance.choice(moved)["Employments"][0]["OrgUnitId"] = chance.choice(UNITS)
    chance.choice(organisation["OrgUnits"])["Name"] = f"Afdeling {chance.randrange(10_000)}"
