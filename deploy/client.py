"""The system as any outside program sees it: JSON over HTTP, one token per person.

The month driver, the demo's first start and the system tests all go through here; none of them reaches inside.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from chassis.identity import DevIssuer, Identity

TIMEOUT_S = 60.0
_PAGE = 500
_INBOX_POSITION = re.compile(r'^inbox_position\{source="(\w+)"\} (\S+)$', re.MULTILINE)


class CallFailed(Exception):
    """The answer was not a success; `problem` is the problem document, or what came instead of one."""

    def __init__(self, method: str, path: str, status: int, problem: Any) -> None:
        super().__init__(f"{method} {path} was answered {status}: {problem}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True)
class Api:
    """One person's calls. Paths begin with the service: "/trips/api/v1/trips"."""

    system: "System"
    token: str

    def get(self, path: str, **query: str | int) -> Any:
        """:raises CallFailed: unless answered with a success; so do the other calls."""
        return self._call("GET", path, params=query).json()

    def get_bytes(self, path: str) -> bytes:
        return self._call("GET", path).content

    def post(self, path: str, body: Any, key: str | None = None) -> Any:
        """`key` makes the call repeatable: the same key gives the first outcome again."""
        return self._call("POST", path, json=body, headers=_repeatable(key)).json()

    def put(self, path: str, body: Any, key: str | None = None) -> Any:
        return self._call("PUT", path, json=body, headers=_repeatable(key)).json()

    def items(self, path: str, **query: str | int) -> list[Any]:
        """Every item of a paged list."""
        page = self.get(path, **query)
        found = list(page["items"])
        while page.get("next"):
            page = self.get(path, **query, after=page["next"])
            found += page["items"]
        return found

    def feed(self, service: str, after: int = 0, wait_s: int = 0) -> Iterator[dict[str, Any]]:
        """What a service has published after a sequence until now, as CloudEvents; `wait_s` for the first of them."""
        while events := self.get(f"/{service}/feed", after=after, limit=_PAGE, wait=wait_s)["events"]:
            yield from events
            after += len(events)
            wait_s = 0

    def head(self, service: str) -> int:
        """The sequence of the newest event a service has published."""
        return int(self.get(f"/{service}/feed", limit=1)["head"])

    def inbox_positions(self, service: str) -> dict[str, int]:
        """Up to which sequence a service has taken in each feed it listens to."""
        metrics = self._call("GET", f"/{service}/metrics").text
        return {source: round(float(value)) for source, value in _INBOX_POSITION.findall(metrics)}

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = options.pop("headers", {}) | {"Authorization": f"Bearer {self.token}"}
        answer = self.system.request(method, path, headers=headers, **options)
        if not answer.is_success:
            raise CallFailed(method, path, answer.status_code, _problem(answer))
        return answer


class System:
    """A running system, where everybody's token can be had from the issuer of this machine.

    All services are behind `base_url`, but for those that `elsewhere` gives an address of their own.
    """

    def __init__(self, base_url: str, issuer: DevIssuer, elsewhere: Mapping[str, str] | None = None) -> None:
        self.base_url = base_url
        self._elsewhere = elsewhere or {}
        self._issuer = issuer
        self._tokens: dict[Identity, str] = {}
        self._http = httpx.Client(timeout=TIMEOUT_S, trust_env=False)

    def acting_as(self, identity: Identity) -> Api:
        """Calls in the name of this person, over connections shared by all."""
        if identity not in self._tokens:
            self._tokens[identity] = self._issuer.token(identity)
        return Api(self, self._tokens[identity])

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One exchange with whoever answers at this path.

        :raises httpx.TransportError: when nobody does
        """
        service = path.split("/", 2)[1]
        return self._http.request(method, f"{self._elsewhere.get(service, self.base_url)}{path}", **options)

    def close(self) -> None:
        self._http.close()


def program(role: str) -> Identity:
    """A program that is nobody of the municipality, with one role."""
    return Identity(f"program-{role}", frozenset({role}), role)


def _repeatable(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _problem(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:300]
