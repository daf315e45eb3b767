"""House numbers along the streets: odd on the left, even on the right, with gaps and letters."""

import math
import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deploy.demo.streets import Street
from deploy.demo.terrain import Place, Point

_Vector = tuple[float, float]

_NAMESPACE = uuid.UUID("6f1b2f5e-0d0e-5c55-9d0c-0a6d1b6f8594")
_GAP_SHARE = 0.08
_LETTER_SHARE = 0.05
_FARMS_FROM_M = 100


@dataclass(frozen=True)
class House:
    """One access address; `address_id` stands where the public address register's id would."""

    street: str
    number: str
    place: Place
    point: Point

    @property
    def street_and_number(self) -> str:
        """As an organisation snapshot writes a street: "Algade 12B"."""
        return f"{self.street} {self.number}"

    @property
    def text(self) -> str:
        """The whole address in one line: "Algade 12B, 8594 Havnby"."""
        return f"{self.street_and_number}, {self.place.postal_code} {self.place.city}"

    @property
    def address_id(self) -> str:
        """The same id for the same address in every run."""
        return str(uuid.uuid5(_NAMESPACE, self.text))


def all_houses(streets: Iterable[Street]) -> tuple[House, ...]:
    """Every address on the streets where people live."""
    return tuple(house for street in streets if street.house_every_m for house in _along(street))


def _along(street: Street) -> Iterator[House]:
    chance = random.Random(street.place.name + street.name)  # noqa: S311 - the same map every time is the point
    for index, (point, left) in enumerate(_plots(street)):
        for side, number in ((1, 2 * index + 1), (-1, 2 * index + 2)):
            if chance.random() < _GAP_SHARE:
                continue
            setback_m = chance.randint(11, 18) if street.house_every_m < _FARMS_FROM_M else chance.randint(20, 70)
            letters = ("A", "B") if chance.random() < _LETTER_SHARE else ("",)
            for step, letter in enumerate(letters):
                away = (setback_m + 5 * step) * side
                where = (round(point[0] + left[0] * away), round(point[1] + left[1] * away))
                yield House(street.name, f"{number}{letter}", street.place, where)


def _plots(street: Street) -> Iterator[tuple[_Vector, _Vector]]:
    """Points along the street, one for each pair of houses, and the unit vector to its left."""
    walked, wanted = 0.0, street.house_every_m * 0.6
    for start, end in zip(street.points, street.points[1:], strict=False):
        length = math.dist(start, end)
        ahead = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        while wanted <= walked + length:
            along = wanted - walked
            yield (start[0] + ahead[0] * along, start[1] + ahead[1] * along), (-ahead[1], ahead[0])
            wanted += street.house_every_m
        walked += length
