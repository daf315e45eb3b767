"""The library's parts: books are lent, by people with a card."""

from dataclasses import dataclass
from datetime import date

import environ
from marshmallow import Schema, fields, validate

from chassis.app import App
from chassis.bus import Envelope, ProjectionLoop, Relay
from chassis.clock import utc_now
from chassis.config import CommonConfig, Secret, whole_number
from chassis.core import Core
from chassis.errors import Conflict, NotFound, Rejected
from chassis.http import ANYONE, SIGNED_IN, Bytes, Page, Redirect, Reply, Route, Web, roles
from chassis.pages import Form
from chassis.projections import ProjectionRunner
from chassis.store import EventCodec, EventStore, Published, open_engine
from chassis.wiring import feeds_from


@environ.config(prefix="LENDING", frozen=True)
class LendingConfig(CommonConfig):
    most_books: int = environ.var(default=3, converter=whole_number(1, 10), help="How many books a person may have.")
    seal: str = environ.var(default="", converter=Secret, help="The library's seal.")


@dataclass(frozen=True)
class BookLent:
    book: str
    person_id: str


def publish(recorded):
    return [Published("book-lent", recorded.event.book, {"book": recorded.event.book}, recorded.event.book)]


def build(config, *, clock=utc_now, feeds=None):
    codec = EventCodec({"book-lent": BookLent})
    store = EventStore(open_engine(config.database_url), service="lending", codec=codec, publish=publish, clock=clock)
    readers = feeds_from(config) if feeds is None else feeds
    runner = ProjectionRunner(store, (), readers, Envelope.parse, clock=clock)
    return App(name="lending", config=config, clock=clock, store=store, projections=runner, feeds=readers)


class Tag(Schema):
    text = fields.String(required=True)


class LoanBody(Schema):
    book = fields.String(
        required=True, validate=validate.Length(min=1, max=100), metadata={"description": "Its title."}
    )
    days = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=60))
    tags = fields.List(fields.Nested(Tag), load_default=[])


class Loan(Schema):
    book = fields.String(required=True)
    due = fields.Date(required=True, allow_none=True)
    tags = fields.List(fields.Nested(Tag))


class LoanQuery(Schema):
    limit = fields.Integer(load_default=10, validate=validate.Range(min=1, max=100))
    tag = fields.List(fields.String())


def lend(call):
    def work(uow):
        uow.append(f"book-{call.body['book']}", 0, [BookLent(call.body["book"], call.person_id)])
        return call.body["book"]

    outcome = call.app.store.execute(call.context(), work)
    return Reply({"book": outcome.value, "due": date(2026, 11, 23)}, 200 if outcome.repeated else 201)


def list_loans(call):
    return Reply({"book": f"{call.query['limit']} {call.query.get('tag')}", "due": None})


def show_loan(call):
    book = call.path["book"]
    if book == "lost":
        raise NotFound("unknown_book", "There is no such book.")
    if book == "taken":
        raise Conflict("already_lent", "Somebody else has it.", holder_count=1)
    if book == "rule":
        raise Rejected("too_many_books", "That is too many books.")
    if book == "bug":
        raise KeyError("secret-detail 010203-1234")
    if book == "liar":
        return Reply({"book": "x", "due": None, "surprise": 1})
    if book == "liar-tag":
        return Reply({"book": "x", "due": None, "tags": [{"text": "a", "surprise": 1}]})
    if book == "forgetful":
        return Reply({"book": "x"})
    if book == "known":
        return Reply({"book": book, "due": None}, headers={"ETag": '"v1"'})
    return Reply({"book": book, "due": None})


def read_card(call):
    call.record_access(call.path["person_id"], "card")
    return Reply({"book": call.language, "due": None})


def snapshot(call):
    return Reply(None, 204)


def wipe(call):
    return Reply(None)


def receipt(call):
    return Bytes("linje 1\r\n".encode("iso-8859-1"), "text/plain; charset=iso-8859-1", "kvittering å.txt")


LOANS = [("Rejsen til månen", 2, 1_234_56), ("Den store bog om broer", 14, 0), ("Ét år i skoven", 30, 25_00)]


def shelf(call):
    return Page("shelf.html", {"loans": LOANS, "form": Form()})


def borrow(call):
    errors = {"book": [call.t("book_missing")], "": [call.t("closed")]} if not call.form.get("book") else {}
    if errors:
        return Page("shelf.html", {"loans": LOANS, "form": Form.typed(call.form, errors)}, 422)
    return Redirect("/lending/")


def restricted(call):
    return Page("shelf.html", {"loans": [], "form": Form()})


def broken(call):
    raise Conflict("already_lent", "Somebody else has it.")


API = "/lending/api/v1"
ROUTES = (
    Route("GET", f"{API}/loans", list_loans, access=SIGNED_IN, summary="Loans", query=LoanQuery, returns=Loan),
    Route(
        "POST", f"{API}/loans", lend, access=SIGNED_IN, summary="Lend a book", body=LoanBody, returns=Loan, status=201
    ),
    Route("GET", f"{API}/loans/<book>", show_loan, access=ANYONE, summary="One loan", returns=Loan),
    Route("GET", f"{API}/cards/<person_id>", read_card, access=roles("librarian"), summary="A card", returns=Loan),
    Route(
        "PUT", f"{API}/snapshot", snapshot, access=roles("librarian"), summary="All", body=LoanBody, max_body_bytes=100
    ),
    Route("DELETE", f"{API}/loans", wipe, access=roles("librarian"), summary="Wipe", status=204),
    Route("GET", f"{API}/receipt", receipt, access=ANYONE, summary="A receipt", produces="text/plain"),
    Route("GET", "/lending/", shelf, access=ANYONE, summary="The shelf", page=True),
    Route("POST", "/lending/", borrow, access=ANYONE, summary="Borrow", page=True),
    Route("GET", "/lending/office", restricted, access=roles("librarian"), summary="The office", page=True),
    Route("GET", "/lending/broken", broken, access=ANYONE, summary="A conflict on a page", page=True),
)


class LendingService:
    name = "lending"
    core = Core(build)
    web = Web(ROUTES, "lending")
    relay = Relay()
    projections = ProjectionLoop()
