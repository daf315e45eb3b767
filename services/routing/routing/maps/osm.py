"""Reads from an OSM file what routing needs besides the graphs: addresses, the area of the roads, the date."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import osmium

from routing.domain.address import Address
from routing.domain.geography import Area, Point

_ID_NAMESPACE = uuid.UUID("2d4a6a5c-4f6f-5d0e-9d0e-8f1f3c1b7a10")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BLOCK = 1 << 20
_NO_DATE = 1970
"""The year of the timestamp that objects without one seem to have."""


def sha256_of(path: Path) -> str:
    """The hash of the whole file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


@dataclass
class MapContents:
    """One pass over the file: iterate ``addresses`` to the end, then ask for ``area`` and ``data_date``."""

    path: Path
    _bounds: tuple[int, int, int, int] | None = None
    _newest: datetime | None = None

    def addresses(self) -> Iterator[Address]:
        """Every object with street and house number; several numbers on one object are several addresses."""
        source = osmium.FileProcessor(str(self.path)).with_locations()
        element: Any
        for element in source.with_filter(osmium.filter.KeyFilter("addr:housenumber", "highway", "route")):
            self._newest = max(self._newest or element.timestamp, element.timestamp)
            if element.is_way() and ("highway" in element.tags or element.tags.get("route") == "ferry"):
                self._widen(element)
            if "addr:housenumber" in element.tags and "addr:street" in element.tags:
                yield from _addresses(element)

    @property
    def area(self) -> Area | None:
        """The box around all roads and ferries; ``None`` when there are none."""
        return Area(*self._bounds) if self._bounds else None

    @property
    def data_date(self) -> str | None:
        """The date (ISO) the file says its data is of, else of its newest road or address, else ``None``."""
        with osmium.io.Reader(str(self.path)) as reader:
            stamp: str = reader.header().get("osmosis_replication_timestamp", "")
        if stamp:
            return stamp[:10]
        dated = self._newest is not None and self._newest.year > _NO_DATE
        return self._newest.date().isoformat() if self._newest and dated else None

    def _widen(self, way: Any) -> None:
        for lon, lat in _places(way):
            west, south, east, north = self._bounds or (lon, lat, lon, lat)
            self._bounds = (min(west, lon), min(south, lat), max(east, lon), max(north, lat))


def _places(way: Any) -> list[tuple[int, int]]:
    return [_e6(node.location) for node in way.nodes if node.location.valid()]


def _e6(location: Any) -> tuple[int, int]:
    """OSM counts in 10⁻⁷ degrees; half a microdegree rounds up."""
    return (location.x + 5) // 10, (location.y + 5) // 10


def _addresses(element: Any) -> Iterator[Address]:
    point = _point(element)
    if point is None:
        return
    tags = element.tags
    numbers = [number.strip() for number in re.split(r"[;,]", tags["addr:housenumber"])]
    for number in filter(None, numbers):
        address = Address(
            "",
            tags["addr:street"].strip(),
            number,
            tags.get("addr:place"),
            tags.get("addr:postcode"),
            tags.get("addr:city"),
            point,
        )
        yield _with_id(address, tags.get("osak:identifier") if len(numbers) == 1 else None)


def _point(element: Any) -> Point | None:
    """A node's place, or the middle of a building's corners; relations have no place of their own."""
    if element.is_node():
        return Point(*_e6(element.location))
    places = _places(element) if element.is_way() else []
    if not places:
        return None
    return Point(*(sum(place[axis] for place in places) // len(places) for axis in (0, 1)))


def _with_id(address: Address, register_id: str | None) -> Address:
    """The id of the address register where the object carries it, else one that only its text and place decide."""
    name = f"{address.text}@{address.point.lon_e6 // 1000},{address.point.lat_e6 // 1000}"
    known = (register_id or "").strip().lower()
    address_id = known if _UUID.fullmatch(known) else str(uuid.uuid5(_ID_NAMESPACE, name))
    return Address(
        address_id,
        address.street,
        address.house_number,
        address.place,
        address.postal_code,
        address.city,
        address.point,
    )
