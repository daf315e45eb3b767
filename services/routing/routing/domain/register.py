"""The port to addresses: a register answers alike whether it is a file, a table or somebody else's service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from routing.domain.address import Address
from routing.domain.events import AddressSource
from routing.domain.geography import Point


class Suggestion(Protocol):
    """An address that somebody may mean. Services that suggest do not say where it lies until it is chosen."""

    @property
    def address_id(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def point(self) -> Point | None: ...


@dataclass(frozen=True, slots=True)
class Named:
    """A suggestion of which no more than its name is known."""

    address_id: str
    text: str
    point: None = None


class Register(Protocol):
    """Addresses of one source. Each question raises ``EngineUnavailable`` while the source cannot be asked."""

    @property
    def source(self) -> AddressSource: ...

    def get(self, address_id: str) -> Address | None:
        """The address with this id, with its place."""
        ...

    def wash(self, text: str) -> Address:
        """The one address that ``text`` means; ``UnknownAddress`` or ``AmbiguousAddress`` otherwise."""
        ...

    def search(self, text: str, limit: int) -> Sequence[Suggestion]:
        """The best ``limit`` addresses for what somebody has typed so far: the street first, then its numbers."""
        ...


class AddressBook(Protocol):
    """Where the register of today is found; each question asks for it anew."""

    def current(self) -> Register: ...
