"""The front page, and the choice of who to be. Who is chosen is signed in by a token of this machine's own issuer."""

from collections.abc import Iterable

from marshmallow import Schema, fields, validate

from chassis.errors import Forbidden, NotFound, Unavailable
from chassis.http import ANYONE, Bytes, Call, Page, Redirect, Reply, Route, session_cookie
from chassis.http.security import is_addressed_to_this_machine, is_direct_from_this_machine
from deploy.client import program
from deploy.demo.people import Person, featured
from deploy.gateway.app import GatewayApp

_MOST_SHOWN = 30
_LONGEST_TEXT = 100
_STEPS = (("report", "/trips/"), ("approve", "/approval/"), ("pay", "/payroll/"))
_PAYROLL = frozenset({"payroll", "admin"})


class PersonSearch(Schema):
    q = fields.String(load_default="", validate=validate.Length(max=_LONGEST_TEXT))
    next = fields.String(load_default="", validate=validate.Length(max=1000))


def front(call: Call[GatewayApp]) -> Page:
    """Whoever is somebody is led only to what they may open."""
    roles = frozenset() if call.identity is None else call.identity.roles
    is_payroll = bool(roles & _PAYROLL)
    steps = [(step, path if step != "pay" or is_payroll or call.identity is None else None) for step, path in _STEPS]
    first_page = "/payroll/" if is_payroll else "/trips/"
    return Page("front.html", {"services": call.app.services(), "steps": steps, "first_page": first_page})


def choose(call: Call[GatewayApp]) -> Page:
    """Works as a plain form: what is searched for stands in the address.

    :raises Forbidden: unless asked from this machine; so do the others that make somebody be somebody
    """
    _check_from_this_machine(call)
    people = call.app.people()
    wanted = call.query["q"].strip()
    found = [person for person in people if _fits(person, wanted.casefold().split())]
    return Page(
        "persona.html",
        {
            "featured": featured(people),
            "found": found[:_MOST_SHOWN],
            "found_count": len(found),
            "all_count": len(people),
            "wanted": wanted,
            "next": call.query["next"],
        },
    )


def become(call: Call[GatewayApp]) -> Redirect:
    """Signs the browser in as the chosen person, and goes on to where they were headed.

    :raises NotFound: when nobody has the id
    """
    _check_from_this_machine(call)
    wanted = call.form.get("person_id", "")
    person = next((person for person in call.app.people() if person.person_id == wanted), None)
    if person is None:
        raise NotFound("unknown_person", "There is nobody with this id.")
    cookie = session_cookie(call.app.issuer.token(person.identity), secure=False)
    return Redirect(_local(call.form.get("next", "")) or _first_page(person), cookie)


def token(call: Call[GatewayApp]) -> Bytes:
    """A token for programs that try the APIs: as one of the featured people, or as a program that reads feeds.

    :raises NotFound: for anybody else
    """
    _check_from_this_machine(call)
    wanted = call.form.get("as", "")
    if wanted == "integration":
        identity = program("integration")
    elif (person := featured(call.app.people()).get(wanted)) is not None:
        identity = person.identity
    else:
        raise NotFound("unknown_person", "Say as=employee, leader, payroll, admin or integration.")
    return Bytes(call.app.issuer.token(identity).encode(), "text/plain; charset=utf-8")


def leave(call: Call[GatewayApp]) -> Redirect:
    return Redirect("/", session_cookie("", secure=False))


def ready(call: Call[GatewayApp]) -> Reply:
    """:raises Unavailable: until every service can be used and the demo municipality is in place"""
    if not call.app.ready or not all(service.ready for service in call.app.services()):
        raise Unavailable("service_starting", "The system is starting.")
    return Reply({"status": "ready"})


def _check_from_this_machine(call: Call[GatewayApp]) -> None:
    """Listening on a loopback address is not enough: a tunnel listens for others, and a foreign page can have its name
    point here.
    """
    if not (is_direct_from_this_machine(call.request) and is_addressed_to_this_machine(call.request)):
        raise Forbidden(
            "only_this_machine",
            "Who you are can be chosen only on the machine itself, at 127.0.0.1 or localhost and without a proxy.",
        )


def _fits(person: Person, words: Iterable[str]) -> bool:
    jobs = (f"{job.position} {job.unit_name}" for job in person.employments)
    text = f"{person.name} {' '.join(jobs)}".casefold()
    return all(word in text for word in words)


def _local(url: str) -> str:
    """The address if it is a path on this site; nobody is sent elsewhere by a link they were given."""
    return url if url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable() else ""


def _first_page(person: Person) -> str:
    if person.has_role("payroll") or person.has_role("admin"):
        return "/payroll/"
    return "/approval/" if person.leads else "/trips/"


ROUTES = (
    Route("GET", "/", front, access=ANYONE, summary="What is here", page=True),
    Route("GET", "/persona", choose, access=ANYONE, summary="Choose who to be", query=PersonSearch, page=True),
    Route("POST", "/persona", become, access=ANYONE, summary="Be this person", page=True),
    Route("POST", "/persona/token", token, access=ANYONE, summary="A token to try the APIs with", page=True),
    Route("POST", "/persona/sign-out", leave, access=ANYONE, summary="Be nobody", page=True),
    Route("GET", "/health/ready", ready, access=ANYONE, summary="Whether the whole system can be used"),
)
