"""Which faults are injected, in what order and how long apart: all of it drawn from a seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SERVICES = ("trips", "approval", "payroll", "routing")
MEMBERS = ("trips.1", "trips.2", "approval.1", "payroll.1", "routing.1")
QUEUES = tuple(
    f"{consumer}.{source}"
    for consumer, sources in {
        "trips": ("routing", "approval", "payroll"),
        "approval": ("trips", "payroll"),
        "payroll": ("trips", "approval", "routing"),
        "routing": ("trips", "payroll"),
    }.items()
    for source in sources
)

_ENDINGS = ("SIGKILL", "SIGSTOP, SIGKILL", "SIGTERM")
_CUTS = ("database connections cut", "broker connections cut")
_SERVICE_ACTIONS = dict(zip((*_ENDINGS, *_CUTS), (8, 5, 5, 8, 8), strict=True))
_RELAY_ACTIONS = dict(zip((*_ENDINGS, *_CUTS), (3, 2, 2, 5, 5), strict=True))
_DATABASE_ACTIONS = dict(zip((*_ENDINGS, "connections cut"), (3, 2, 2, 5), strict=True))
_BROKER_ENDINGS = dict(zip((*_ENDINGS, "connections cut"), (1, 1, 1, 5), strict=True))
_BROKER_ACTIONS = {"queue deleted": 4, "queue purged": 4, "exchange deleted": 4}
_DISKS = ("trips",)
"""The services whose database can be filled up: its files lie on a small disk of their own."""


@dataclass(frozen=True)
class Fault:
    """One thing that is done to one target. ``seconds``: how long it lasts; ``pause_s``: how long after the last."""

    number: int
    action: str
    target: str
    seconds: float
    pause_s: float

    def __str__(self) -> str:
        return f"{self.number:4d}  {self.action}, {self.target} ({self.seconds:.2f} s)"

    @property
    def needs(self) -> frozenset[str]:
        """What is in use meanwhile: no two faults share it, or the second would only meet the first. A relay leads
        nothing while the broker is away.
        """
        if self.target in {"PostgreSQL", "RabbitMQ"}:
            return frozenset({self.target})
        if self.action in {"database read-only", "disk full"}:
            return frozenset({"PostgreSQL"})
        if self.action in _BROKER_ACTIONS:
            return frozenset({"RabbitMQ"})
        service = self.target.removesuffix(" relay").partition(".")[0]
        if self.target.endswith(" relay"):
            return frozenset({"RabbitMQ", "PostgreSQL", *(member for member in MEMBERS if member.startswith(service))})
        if self.action == "database connections cut":
            return frozenset({"PostgreSQL", self.target})
        return frozenset({self.target})


def draw(seed: int, count: int, *, absence_s: float, can_fill_disks: bool) -> list[Fault]:
    """The same list for the same arguments. Everything is done to everybody at least once where ``count`` allows it."""
    chance = random.Random(seed)
    weights = dict(_weighted(can_fill_disks))
    pairs = [(action, target) for action, targets in weights for target in targets]
    chosen = pairs if count >= len(pairs) else []
    kinds = chance.choices(list(weights), list(weights.values()), k=count - len(chosen))
    chosen += [(action, chance.choice(targets)) for action, targets in kinds]
    chance.shuffle(chosen)
    if count:
        chosen[count // 3] = ("broker absent", "RabbitMQ")
    return [
        Fault(number, action, target, _length(chance, action, absence_s), chance.uniform(0.2, 1.0))
        for number, (action, target) in enumerate(chosen, 1)
    ]


def _weighted(can_fill_disks: bool) -> Iterator[tuple[tuple[str, Sequence[str]], int]]:
    relays = [f"{service} relay" for service in SERVICES]
    yield from (((action, MEMBERS), weight) for action, weight in _SERVICE_ACTIONS.items())
    yield from (((action, tuple(relays)), weight) for action, weight in _RELAY_ACTIONS.items())
    yield from (((action, ("PostgreSQL",)), weight) for action, weight in _DATABASE_ACTIONS.items())
    yield from (((action, ("RabbitMQ",)), weight) for action, weight in _BROKER_ENDINGS.items())
    yield from (
        ((action, SERVICES if action.startswith("exchange") else QUEUES), weight)
        for action, weight in _BROKER_ACTIONS.items()
    )
    yield ("database read-only", SERVICES), 4
    yield ("clock behind", MEMBERS), 2
    if can_fill_disks:
        yield ("disk full", _DISKS), 4


def _length(chance: random.Random, action: str, absence_s: float) -> float:
    match action:
        case "broker absent":
            return absence_s
        case "SIGSTOP, SIGKILL":
            return chance.uniform(0.3, 1.0)
        case "database read-only" | "disk full" | "clock behind":
            return chance.uniform(1.0, 4.0)
        case _:
            return 0.0
