"""What happened in routing. The measured figures are facts of the event: nothing is measured again on replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from routing.domain.geography import Area
from routing.domain.route import GraphId, Leg


@dataclass(frozen=True, slots=True)
class MeasuredPoint:
    """A point as it was resolved: the register's id, the text shown, the place."""

    address_id: str
    text: str
    lon_e6: int
    lat_e6: int


@dataclass(frozen=True, slots=True)
class AddressSource:
    """Where ids, texts and places of addresses come from. ``edition`` names the very data, and ``data_date`` (ISO) says
    of when it is; both are None for a service that is asked for what is so today.
    """

    name: str
    edition: str | None = None
    data_date: str | None = None


@dataclass(frozen=True, slots=True)
class MeasuredWith:
    """What an auditor needs beside the graph: the way the engine was asked and its version, the box around the map's
    roads, and the source of the addresses.
    """

    adapter: str
    map_area: Area
    addresses: AddressSource


@dataclass(frozen=True, slots=True)
class RouteMeasured:
    """A requested route has a distance. ``len(legs) == len(points) - 1``, in driving order. ``about`` is the opaque
    id of the person whose question it was; None for one that was sealed for nobody. ``measured_with`` is None where
    it was not recorded.
    """

    request_id: str
    points: tuple[MeasuredPoint, ...]
    legs: tuple[Leg, ...]
    graph: GraphId
    measured_at: datetime
    about: str | None = None
    measured_with: MeasuredWith | None = None


@dataclass(frozen=True, slots=True)
class RouteFailed:
    """A requested route has no distance on this map; ``point_index`` names the point at fault, from 0."""

    request_id: str
    code: str
    point_index: int | None
    detail: str
    failed_at: datetime
    about: str | None = None


@dataclass(frozen=True, slots=True)
class PersonForgotten:
    """An erased person's keys are destroyed here; no place they drove to can be read from now on."""

    person_id: str
    confirmed_at: datetime
