"""What a handler gives back. Turning it into bytes is the application's work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """JSON, dumped through the route's `returns` schema; `status` None is the route's own. An `ETag` header makes
    the answer conditional.
    """

    data: Any
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A template rendered with `data` in the reader's language."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Redirect:
    """To a path on this site, to be read with GET."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bytes:
    """Content as it stands; with `filename` it is offered as a download."""

    content: bytes
    content_type: str
    filename: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Reply | Page | Redirect | Bytes
