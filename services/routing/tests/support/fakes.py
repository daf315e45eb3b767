"""A provider and a register made of plain data, for rules that need no engine."""

from routing.domain.address import Address, number_key, street_key
from routing.domain.errors import NoRoadNear, NoRoute, OutsideArea
from routing.domain.events import AddressSource
from routing.domain.geography import Area, Point, apart_m
from routing.domain.route import GraphId, Leg
from routing.domain.washing import wash

GRAPH = GraphId("fake", "1", "CH", "car-fastest", "p" * 64, "m" * 64, "2026-01-01")
SOMEWHERE = Point(11_000_000, 56_000_000)
SEA = Point(5, 5)
ABROAD = Point(90_000_000, 5)
LONELY = Point(7_000_000, 7_000_000)


class FakeProvider:
    """Directed: driving east costs a metre more. Counts what it is asked."""

    adapter = "fake/1"
    area = Area(-180_000_000, -90_000_000, 180_000_000, 90_000_000)

    def __init__(self, graph: GraphId = GRAPH) -> None:
        self.graph = graph
        self.asked: list[tuple[Point, Point]] = []

    def leg(self, start: Point, end: Point) -> Leg:
        self.asked.append((start, end))
        for index, point in enumerate((start, end)):
            if point == ABROAD:
                raise OutsideArea(index)
            if point == SEA:
                raise NoRoadNear(index)
        if (start == LONELY) != (end == LONELY):
            raise NoRoute
        metres = apart_m(start, end) + (1 if end.lon_e6 > start.lon_e6 else 0)
        return Leg(metres, metres // 7, metres // 10, 1, 2, f"{start}-{end}-{self.graph.profile}")


class FakeRegister:
    source = AddressSource("fake")

    def __init__(self, *addresses: Address) -> None:
        self._addresses = addresses

    def get(self, address_id):
        return next((one for one in self._addresses if one.address_id == address_id), None)

    def wash(self, text):
        return wash(text, self.lookup)

    def lookup(self, street, number, _wanted):
        return [
            one
            for one in self._addresses
            if street_key(one.street) == street and number_key(one.house_number) == number
        ]


def address(text: str, point: Point = SOMEWHERE, *, place: str | None = None) -> Address:
    """From "Street 1, 9990 City"; its id is the text."""
    first, _, rest = text.partition(", ")
    street, _, number = first.rpartition(" ")
    code, _, city = rest.partition(" ")
    return Address(text, street, number, place, code or None, city or None, point)
