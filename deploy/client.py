"""The system as any outside program sees it: JSON over HTTP, one token per person.

The month driver, the demo's first start and the system tests all go through here; none of them reaches inside.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

from chassis.identity import DevIssuer, Identity

TIMEOUT_S = 60.0
_PATIENCE_S = 120.0
_PAGE = 500
_INBOX_POSITION = re.compile(r'^inbox_position\{source="(\w+)"\} (\S+)$', re.MULTILINE)


class CallFailed(Exception):
    """The answer was not a success; `problem` is the problem document, or what came instead of one."""

    def __init__(self, method: str, path: str, status: int, problem: Any) -> None:
        super().__init__(f"{method} {path} was answered {status}: {problem}")
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str | None:
        """Of the problem document."""
        return self.problem.get("code") if isinstance(self.problem, dict) else None


class NoAnswer(Exception):
    """Nobody answered: the address is wrong, or the service is down."""


@dataclass(frozen=True)
class Api:
    """One person's calls. Paths begin with the service: "/trips/api/v1/trips"."""

    system: "System"
    token: str

    def get(self, path: str, **query: str | int) -> Any:
        """Asks again while the answer would be from before `min_position`.

        :raises CallFailed: unless answered with a success; so do the other calls.
        """
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return self._call("GET", path, params=query).json()
            except CallFailed as failure:
                if failure.code != "not_there_yet" or time.monotonic() > deadline:
                    raise

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
            page = self.get(path, **query, cursor=page["next"])
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

    def _call(self, method: str, path: str, **options: Any) -> "Answer":
        headers = options.pop("headers", {}) | {"Authorization": f"Bearer {self.token}"}
        answer = self.system.request(method, path, headers=headers, **options)
        if not answer.is_success:
            raise CallFailed(method, path, answer.status, _problem(answer))
        return answer


@dataclass(frozen=True)
class Answer:
    """What came back, whole; `headers` can be asked in any case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        return self.status // 100 == 2  # noqa: PLR2004 - as HTTP numbers its answers

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """:raises ValueError: when it is no JSON"""
        return json.loads(self.content)


class System:
    """A running system, where everybody's token can be had from the issuer of this machine.

    All services are behind `base_url`, but for those that `elsewhere` gives an address of their own.
    """

    def __init__(self, base_url: str, issuer: DevIssuer, elsewhere: Mapping[str, str] | None = None) -> None:
        self.base_url = base_url
        self._elsewhere = elsewhere or {}
        self._issuer = issuer
        self._tokens: dict[Identity, str] = {}
        self._http = urllib3.PoolManager(num_pools=8, maxsize=64, timeout=TIMEOUT_S, retries=False)

    def acting_as(self, identity: Identity) -> Api:
        """Calls in the name of this person, over connections shared by all."""
        if identity not in self._tokens:
            self._tokens[identity] = self._issuer.token(identity)
        return Api(self, self._tokens[identity])

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> Answer:
        """One exchange with whoever answers at this path; `json` is sent as such, `body` as it stands.

        :raises NoAnswer: when nobody does
        """
        url = self.address(path) + (f"?{urlencode(params)}" if params else "")
        try:
            answer = self._http.request(method, url, headers=dict(headers or {}), redirect=False, **content)
        except urllib3.exceptions.HTTPError as error:
            raise NoAnswer(f"{method} {url}: {error}") from error
        return Answer(answer.status, answer.headers, answer.data)

    def address(self, path: str) -> str:
        """Where a path of one of the services is answered."""
        service = path.split("/", 2)[1]
        return f"{self._elsewhere.get(service, self.base_url)}{path}"

    def close(self) -> None:
        self._http.clear()


def answers(url: str, timeout_s: float = 5.0) -> bool:
    """Whether there is somebody at this address who says that all is well."""
    try:
        return urllib3.request("GET", url, timeout=timeout_s, retries=False).status // 100 == 2  # noqa: PLR2004
    except urllib3.exceptions.HTTPError:
        return False


def program(role: str) -> Identity:
    """A program that is nobody of the municipality, with one role."""
    return Identity(f"program-{role}", frozenset({role}), role)


def _repeatable(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _problem(answer: Answer) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text[:300]
