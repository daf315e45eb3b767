"""Reading another service's feed: the truth the broker only hurries along.

In one process the other store is read directly; over HTTP, the page it serves. Both give the same ``FeedPage``,
and both give the published bytes unchanged.
"""

from __future__ import annotations

import json
import re
import ssl
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from math import ceil
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

from chassis.errors import Unavailable
from chassis.store.event_store import EventStore
from chassis.store.model import FeedEntry, FeedPage

PAGE_LIMIT: Final = 500
_TIMEOUT_S: Final = 10.0
_LARGEST_PAGE_BYTES: Final = 64 * 1024 * 1024
_EVENTS: Final = re.compile(r'"events"\s*:\s*\[\s*')
_BETWEEN: Final = re.compile(r"\s*,?\s*")


class FeedReader(Protocol):
    """Where another service's published events are read."""

    def read(self, after: int, limit: int, wait_s: float = 0) -> FeedPage:
        """The head, and up to ``limit`` entries after ``after``; waits up to ``wait_s`` when there are none.

        Raises ``Unavailable`` when the feed cannot be read now.
        """


class LocalFeed:
    """The feed of a store in this process."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def read(self, after: int, limit: int, wait_s: float = 0) -> FeedPage:
        """See :class:`FeedReader`; a commit in this process ends the waiting at once."""
        seen = self._store.wake.generation
        page = self._store.read_feed(after, limit)
        if page.entries or not wait_s:
            return page
        if self._store.wake.wait(seen, wait_s) == seen:
            return page  # nothing was committed in this process meanwhile
        return self._store.read_feed(after, limit)


class HttpFeed:
    """A feed at ``url`` (``http[s]://host[:port]/<service>/feed``); ``token`` gives the bearer token to show.

    Connections are kept and shared; one that fails is dropped, and the next read opens another.
    """

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url = urlsplit(url)
        self._token = token
        self._idle: list[HTTPConnection] = []

    def read(self, after: int, limit: int, wait_s: float = 0) -> FeedPage:
        """See :class:`FeedReader`; the server holds an empty answer back, for ``wait_s`` rounded up to whole seconds.

        One that does not is not asked again before ``wait_s`` is over.
        """
        started = time.monotonic()
        query = urlencode({"after": after, "limit": limit, "wait": ceil(wait_s)})
        try:
            page = parse_page(self._get(f"{self._url.path}?{query}", _TIMEOUT_S + wait_s))
        except (OSError, HTTPException) as error:
            raise Unavailable("feed_unavailable", f"{self._url.netloc}: {error!r}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unavailable("feed_unreadable", f"{self._url.netloc} gave no page of a feed: {error!r}") from error
        if not page.entries:
            time.sleep(max(started + wait_s - time.monotonic(), 0))
        return page

    def _get(self, target: str, timeout_s: float) -> bytes:
        while self._idle:
            try:  # a kept connection may have been closed by the other side: that is no failure yet
                return self._exchange(self._idle.pop(), target, timeout_s)
            except (ConnectionError, HTTPException):
                continue
        return self._exchange(self._opened(), target, timeout_s)

    def _exchange(self, connection: HTTPConnection, target: str, timeout_s: float) -> bytes:
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(timeout_s)
            headers = {"Accept": "application/json", "Authorization": f"Bearer {self._token()}"}
            connection.request("GET", target, headers=headers)
            body = _body_of(connection.getresponse())
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return body

    def _opened(self) -> HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            return HTTPSConnection(host, port, timeout=_TIMEOUT_S, context=ssl.create_default_context())
        return HTTPConnection(host, port, timeout=_TIMEOUT_S)


def _body_of(response: HTTPResponse) -> bytes:
    body = response.read(_LARGEST_PAGE_BYTES + 1)
    if response.status != 200:  # noqa: PLR2004 reads as what it is
        raise Unavailable("feed_refused", f"the feed answered {response.status}")
    if len(body) > _LARGEST_PAGE_BYTES:
        raise Unavailable("feed_unreadable", "the feed's page is too large")
    return body


def render_page(page: FeedPage) -> bytes:
    """The page as served over HTTP; each event stands in it as its published bytes."""
    keys = {key_id: None if raw is None else b64encode(raw).decode() for key_id, raw in page.keys.items()}
    head = {"logid": page.logid, "head": page.head, "head_hash": page.head_hash, "keys": keys}
    start = json.dumps(head, separators=(",", ":"))[:-1].encode()
    return start + b',"events":[' + b",".join(entry.wire for entry in page.entries) + b"]}"


def parse_page(body: bytes) -> FeedPage:
    """The page in ``body``, its events as the bytes they arrived in; ``ValueError`` or kin when it is none."""
    text = body.decode()
    start = _EVENTS.search(text)
    if start is None:
        raise ValueError("no events")
    entries, end = _entries(text, start.end())
    head = json.loads(text[: start.end()] + text[end:])
    keys = {key_id: None if text is None else b64decode(text) for key_id, text in head.get("keys", {}).items()}
    return FeedPage(str(head["logid"]), int(head["head"]), str(head["head_hash"]), entries, keys)


def _entries(text: str, position: int) -> tuple[list[FeedEntry], int]:
    """The entries from ``position`` on, and where the closing bracket stands."""
    decode = json.JSONDecoder().raw_decode
    entries: list[FeedEntry] = []
    while text[position : position + 1] != "]":
        found, end = decode(text, position)
        entries.append(_entry(found, text[position:end].encode()))
        between = _BETWEEN.match(text, end)
        position = end if between is None else between.end()
    return entries, position


def _entry(found: dict[str, Any], wire: bytes) -> FeedEntry:
    return FeedEntry(int(found["sequence"]), found["id"], found["type"], found["subject"], wire, found["hash"])
