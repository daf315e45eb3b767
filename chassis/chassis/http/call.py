"""One request as a handler sees it: parsed, checked, with the service's parts at hand."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic

from typing_extensions import TypeVar
from werkzeug import Request
from werkzeug.datastructures import MultiDict

from chassis.app import App
from chassis.errors import Invalid, Unavailable
from chassis.http import parsing
from chassis.identity import Identity, record_accesses
from chassis.store import Context, writing

A = TypeVar("A", default=App)
S = TypeVar("S", bound=App)
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,128}")
TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
LONGEST_WAIT_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Call(Generic[A]):
    """`query` and `body` went through the route's schemas. `t` gives a text in the caller's language."""

    app: A
    request: Request
    identity: Identity | None
    language: str
    t: Callable[..., str]
    correlation_id: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None

    @property
    def form(self) -> MultiDict[str, str]:
        """The fields of a posted form, as typed."""
        return self.request.form

    @property
    def person_id(self) -> str:
        """Who is asking; only on routes that need somebody to be signed in."""
        if self.identity is None:
            raise LookupError("nobody is signed in: the route's access lets anybody in")
        return self.identity.person_id

    def context(self) -> Context:
        """For the store: who, and as part of what. An `Idempotency-Key` header makes the command repeatable; the same
        key at another endpoint, or from somebody else, is another command. With it goes a digest of the request, by
        which the store knows the same key with another body. A `traceparent` that is none counts as not sent.

        :raises Invalid: when the key is not 1 to 128 visible ASCII characters.
        """
        key = self.request.headers.get("Idempotency-Key")
        if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
            raise Invalid("idempotency_key", "Idempotency-Key must be 1 to 128 visible ASCII characters.")
        endpoint = f"{self.request.method} {self.request.path}"
        traceparent = self.request.headers.get("traceparent", "")
        return Context(
            actor=self.identity.person_id if self.identity else "system",
            command_id=None if key is None else f"{endpoint} {key}",
            correlation_id=self.correlation_id,
            traceparent=traceparent if TRACEPARENT.fullmatch(traceparent) else None,
            fingerprint=None if key is None else self._fingerprint(endpoint),
        )

    def _fingerprint(self, endpoint: str) -> str:
        return hashlib.sha256(f"{endpoint} {parsing.body_digest(self.request)}".encode()).hexdigest()

    def await_position(self: "Call[S]", position: int | None) -> None:
        """Waits a moment until the read models show the log up to `position`, which an earlier answer named; 0 or None
        is no wish.

        :raises Unavailable: when they do not show it in time.
        """
        if position and not self.app.projections.wait_for(position, LONGEST_WAIT_S):
            raise Unavailable("not_there_yet", "The answer does not show this position yet.")

    def record_access(self: "Call[S]", person_id: str, what: str) -> None:
        """Puts into the access log that the caller read another person's data; reading one's own is not recorded."""
        self.record_accesses([person_id], what)

    def record_accesses(self: "Call[S]", person_ids: Iterable[str], what: str) -> None:
        """As `record_access`, for a list that shows many people; one row for each of them, in one transaction."""
        others = set(person_ids) - {self.person_id}
        if others:
            context = Context(self.person_id, correlation_id=self.correlation_id)
            with writing(self.app.store.engine) as conn:
                record_accesses(conn, context, self.app.clock(), others, what)
