"""`GET /<service>/feed`: the published events as they are, byte for byte. The door for sister services and for vendors
who would rather pull; everything the broker carries can be read here again.
"""

import time
from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate

from chassis.app import App
from chassis.bus.feeds import render_page
from chassis.http.answers import Bytes
from chassis.http.call import Call
from chassis.store import EventStore, FeedPage

MOST_EVENTS = 1000
LONGEST_WAIT_S = 20
ELSEWHERE_S = 1.0


class FeedQuery(Schema):
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0),
        metadata={"description": "The sequence of the last event known; 0 from the beginning."},
    )
    limit = fields.Integer(
        load_default=100, validate=validate.Range(min=1, max=MOST_EVENTS), metadata={"description": "At most so many."}
    )
    wait = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=LONGEST_WAIT_S),
        metadata={"description": "Seconds to wait for an event when there is none yet."},
    )


class FeedAnswer(Schema):
    """Documentation of the page; it is spliced together from stored bytes, not dumped."""

    logid = fields.String(
        required=True, metadata={"description": "The log's incarnation; another one is a restored log."}
    )
    head = fields.Integer(required=True, metadata={"description": "The newest sequence there is."})
    head_hash = fields.String(required=True, metadata={"description": "The hash of the newest event."})
    keys = fields.Dict(
        keys=fields.String(),
        values=fields.String(allow_none=True),
        required=True,
        metadata={
            "description": "The keys of these events' sealed fields in base64, by their ids; null for one that is "
            "destroyed, because the person is erased. They are no part of the events and of what is hashed."
        },
    )
    events = fields.List(fields.Dict(), required=True, metadata={"description": "CloudEvents, as published."})


def read_feed(call: Call[Any]) -> Bytes:
    app: App = call.app
    is_stopping = call.request.environ.get("chassis.is_stopping", lambda: False)
    page = _page(app.store, call.query["after"], call.query["limit"], call.query["wait"], is_stopping)
    return Bytes(render_page(page), "application/json")


def _page(store: EventStore, after: int, limit: int, wait_s: float, is_stopping: Callable[[], bool]) -> FeedPage:
    """A commit in this process ends the waiting at once, one in another process of the service within a second, and so
    does the stop of the process.
    """
    deadline = time.monotonic() + wait_s
    while True:
        seen = store.wake.generation
        page = store.read_feed(after, limit)
        left_s = deadline - time.monotonic()
        if page.entries or left_s <= 0 or is_stopping():
            return page
        store.wake.wait(seen, min(left_s, ELSEWHERE_S))
