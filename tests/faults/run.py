"""One run: start everything, let people work, break things, wait for rest, and check from outside what came of it."""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

from chassis.clock import local_date, utc_now
from deploy.demo import arrival, line
from deploy.demo.people import everybody
from tests.faults import doctoring
from tests.faults.asking import Client
from tests.faults.checks.books import SERVICES, Books
from tests.faults.checks.everything import checks
from tests.faults.disk import SmallDisk
from tests.faults.drawing import Fault, draw
from tests.faults.fleet import Fleet
from tests.faults.injecting import Injector
from tests.faults.ledger import Ledger
from tests.faults.rebuilding import operator_at_work, rebuilt_is_the_same
from tests.faults.resting import wait_for_rest
from tests.faults.storm import Storm
from tests.faults.writers import Writers
from tests.support.postgres import Postgres, owner
from tests.support.rabbitmq import RabbitMQ

_PATIENCE_S = 180.0
_SHORT = 60
"""Up to so many faults a run is short: fewer months are closed, and one read model of each service is rebuilt."""


@dataclass
class Result:
    """Everything that is told at the end; ``found`` has what each check said, ``doctored`` what it said when a row
    had been changed on purpose.
    """

    seed: int
    faults: list[Fault]
    seconds: dict[str, float] = field(default_factory=dict)
    ready_again_s: dict[str, list[float]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    rebuilt: int = 0
    endings: dict[int, int] = field(default_factory=dict)
    not_done: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    found: dict[str, list[str]] = field(default_factory=dict)
    doctored: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        blind = [name for name, said in self.doctored.items() if not said]
        return not any(self.found.values()) and not self.not_done and not blind

    def as_json(self) -> str:
        return json.dumps({"is_good": self.is_good, **asdict(self)}, ensure_ascii=False, indent=1, default=str)


class Run:
    """``folder`` keeps the logs of all processes."""

    def __init__(self, count: int, seed: int, folder: Path, say: Callable[[str], None], *, absence_s: float) -> None:
        self._folder, self._say = folder, say
        self._is_short = count <= _SHORT
        self._disk = SmallDisk.try_mount(owner())
        faults = draw(seed, count, absence_s=absence_s, can_fill_disks=self._disk is not None)
        self.result = Result(seed, faults)
        if self._disk is None:
            self.result.left_out.append("disk full: a small disk cannot be mounted by this user")
        self._ledger = Ledger()

    def go(self) -> Result:
        began = time.monotonic()
        with ExitStack() as stack:
            if self._disk is not None:
                stack.callback(self._disk.close)
            postgres, rabbitmq = Postgres(), RabbitMQ()
            stack.callback(postgres.close)
            stack.callback(rabbitmq.close)
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda server: server.start(), (postgres, rabbitmq)))
            fleet = Fleet(self._folder, postgres, rabbitmq, self._disk)
            stack.callback(fleet.close)
            fleet.prepare()
            fleet.start_all()
            arrival.import_organisation(fleet.system)
            line.wait_until_known(fleet.system, "payroll", ("trips", "approval"), _PATIENCE_S)
            self._took("to start", began)
            self._under_fire(fleet)
            self._check(fleet)
        self._took("in all", began)
        return self.result

    def _under_fire(self, fleet: Fleet) -> None:
        client = Client(fleet.addresses_of(), fleet.issuer)
        writers = Writers(client, everybody(fleet.system), self._ledger, self.result.seed)
        injector = Injector(fleet)
        storm = Storm(injector, self._say)
        months = _open_months()
        closing_at = self._closings(months)
        with fleet.watched():
            with writers.at_work():
                writers.wait_until_busy(_PATIENCE_S)
                began = time.monotonic()
                with _threads() as start, self._operator(fleet) as rebuilt:

                    def every(done: int) -> None:
                        if done in closing_at:
                            start(lambda: writers.close_month(closing_at[done]))
                        if done % 25 == 0:
                            self._tell(done, began, fleet)

                    storm.rage(self.result.faults, every)
                injector.heal()
                self.result.rebuilt = len(rebuilt)
                self._took("of faults", began)
                ended = time.monotonic()
            client.resume()
            self._rest(fleet, "recovered", ended)
            writers.close_month(months[len(closing_at)])
            self._rest(fleet, "after closing", time.monotonic())
        self.result.not_done = storm.failed
        self._note(fleet, injector)

    def _operator(self, fleet: Fleet) -> AbstractContextManager[list[str]]:
        """Only where there is time for it."""
        return nullcontext([]) if self._is_short else operator_at_work(fleet, self.result.seed)

    def _closings(self, months: list[str]) -> dict[int, str]:
        """After how many faults which month is closed; one more is closed at the end."""
        count = len(self.result.faults)
        if self._is_short:
            return {max(count // 2, 1): months[0]} if count else {}
        return {count // 3: months[0], 2 * count // 3: months[1]}

    def _rest(self, fleet: Fleet, name: str, since: float) -> None:
        missing = wait_for_rest(fleet, _PATIENCE_S)
        self._took(name, since)
        self.result.found.setdefault("all comes to rest", []).extend(missing)

    def _check(self, fleet: Fleet) -> None:
        began = time.monotonic()
        books = Books(fleet.connect)
        try:
            self.result.found["rebuilt is the same"] = list(
                rebuilt_is_the_same(fleet, books, self.result.seed, only_one=self._is_short)
            )
            codes = fleet.stop_all()
            self.result.found["all stop in good order"] = [
                f"{name} ended with {code}" for name, code in codes.items() if code
            ]
            for name, check in checks(books, self._ledger, fleet.broker_url).items():
                self.result.found[name] = _told(check)
            self._took("of checks", began)
            if self._is_short:
                self.result.doctored = doctoring.prove(books, self._ledger, fleet.broker_url)
            self.result.events = {service: len(books.log(service)) for service in SERVICES}
        finally:
            books.close()

    def _note(self, fleet: Fleet, injector: Injector) -> None:
        for name, seconds in fleet.away:
            self.result.ready_again_s.setdefault(name.partition(".")[0], []).append(seconds)
        self.result.ready_again_s |= {name: took for name, took in injector.recovered.items() if took}
        self.result.endings = dict(fleet.endings)
        ledger = self._ledger
        self.result.acknowledged = {
            "trips": len(ledger.told_trips),
            "decisions": len(ledger.told_decisions),
            "closings": sum(map(len, ledger.closings.values())),
            "imports": ledger.snapshots,
        }

    def _tell(self, done: int, began: float, fleet: Fleet) -> None:
        seconds = time.monotonic() - began
        self._say(
            f"{done} faults in {seconds:.0f} s, {self._ledger.acknowledged} requests acknowledged, "
            f"{len(fleet.away)} restarts"
        )

    def _took(self, name: str, since: float) -> None:
        self.result.seconds[name] = round(time.monotonic() - since, 2)


def _open_months() -> list[str]:
    """The three months that a new installation may close, oldest first."""
    today = local_date(utc_now())
    return [
        f"{(today.year * 12 + today.month - 1 - back) // 12:04d}-{(today.month - 1 - back) % 12 + 1:02d}"
        for back in (2, 1, 0)
    ]


def _told(check: Callable[[], Iterator[str]]) -> list[str]:
    """A check that cannot even read what it checks has found something too."""
    try:
        return list(check())
    except (KeyError, ValueError, TypeError, IndexError) as error:
        return [f"could not be checked: {error!r}"]


@contextmanager
def _threads() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Starts work beside the storm, and waits for it at the end."""
    started: list[threading.Thread] = []

    def start(work: Callable[[], None]) -> None:
        started.append(threading.Thread(target=work, daemon=True))
        started[-1].start()

    yield start
    for thread in started:
        thread.join(300)


def new_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="mileage-faults-"))
