"""What routing does when something happens elsewhere: it measures what trips asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chassis.bus import Envelope
from chassis.reading import is_erased, read
from chassis.store import UnitOfWork
from routing import application
from routing.app import RoutingApp
from routing.reading import PERSON_ERASED, read_request

type Reaction = Callable[[RoutingApp, UnitOfWork, Envelope], None]


def answer_route_request(app: RoutingApp, uow: UnitOfWork, envelope: Envelope) -> None:
    """While no map is there, ``Unavailable`` goes out and the request waits in its place. Nobody waits for an answer
    about a person who is erased.
    """
    if is_erased(envelope, "points"):
        return
    application.answer_request(uow, app, read_request(envelope))


def forget_person(app: RoutingApp, uow: UnitOfWork, envelope: Envelope) -> None:
    application.forget_person(app.store, uow, read(PERSON_ERASED, envelope)["person_id"])


FROM_PAYROLL: Mapping[str, Reaction] = {"person-erased": forget_person}
FROM_TRIPS: Mapping[str, Reaction] = {"route-requested": answer_route_request}
