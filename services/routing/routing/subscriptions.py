"""What routing does when something happens elsewhere: it measures what trips asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chassis.bus import Envelope
from chassis.store import UnitOfWork
from routing import application
from routing.app import RoutingApp
from routing.reading import read_request

type Reaction = Callable[[RoutingApp, UnitOfWork, Envelope], None]


def answer_route_request(app: RoutingApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """While no map is there, ``Unavailable`` goes out and the request waits in its place."""
    application.answer_request(uow, app.shelf, read_request(envelope))


FROM_TRIPS: Mapping[str, Reaction] = {"route-requested": answer_route_request}
