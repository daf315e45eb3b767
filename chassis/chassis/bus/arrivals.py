"""What has arrived on a broker's connection, in large parts, and the messages that lie in it whole.

py-amqp asks the socket nine times for a message, and makes an object of each of its three frames: that costs more than
all a subscription does with the event. Where the frames of a delivery have all arrived, its body is taken out here;
whatever else comes (a part of one, a heartbeat, any other method, a delivery for another consumer) is left to py-amqp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any, Final, NamedTuple

from amqp import spec

_PART_BYTES: Final = 65_536
_METHOD, _HEADER, _BODY = 1, 2, 3
_END: Final = 0xCE
_frame_start = Struct(">BHI")
_method_start = Struct(">HHB").pack
_header_start = Struct(">HHQ")
_delivery_tag = Struct(">Q")


class Delivery(NamedTuple):
    """One message, and the tag by which it is acknowledged."""

    tag: int
    body: bytes


class Arrivals:
    """The bytes taken from the socket of a py-amqp transport that it has not asked for yet; it reads through this."""

    def __init__(self, transport: Any) -> None:
        self._from_socket: Callable[[int], bytes] = transport._quick_recv  # noqa: SLF001 all that py-amqp reads
        transport._quick_recv = self.receive  # noqa: SLF001
        self._held: bytes = b""
        self._at = 0

    def receive(self, most: int) -> bytes:
        """Up to ``most`` bytes; waits for the socket only where nothing is held."""
        if self._at == len(self._held):
            self._held, self._at = self._from_socket(_PART_BYTES), 0
        part = self._held[self._at : self._at + most]
        self._at += len(part)
        return part

    def deliveries(self, channel_id: int, consumer_tag: str) -> Iterator[Delivery]:
        """The whole messages for one consumer with which begins what is held.

        That is where a frame begins: py-amqp stops within one only where nothing is held.
        """
        method = self._method(consumer_tag)
        while (found := self._delivery(channel_id, method)) is not None:
            yield found

    @staticmethod
    def _method(consumer_tag: str) -> bytes:
        name = consumer_tag.encode()
        return _method_start(*spec.Basic.Deliver, len(name)) + name

    def _delivery(self, channel_id: int, method: bytes) -> Delivery | None:
        held = self._held
        start, end = self._frame(self._at, _METHOD, channel_id)
        tag_at = start + len(method)
        if not end or held[start:tag_at] != method:
            return None
        start, after = self._frame(end, _HEADER, channel_id)
        if not after:
            return None
        _, _, size = _header_start.unpack_from(held, start)
        start, end = self._frame(after, _BODY, channel_id)
        if not end or end - 1 - start != size:
            return None
        self._at = end
        return Delivery(_delivery_tag.unpack_from(held, tag_at)[0], held[start : end - 1])

    def _frame(self, at: int, kind: int, channel_id: int) -> tuple[int, int]:
        """Where the payload of the frame at ``at`` begins, and where the frame ends; 0 where it is not such a frame, or
        not all of it is here.
        """
        held = self._held
        start = at + _frame_start.size
        if start > len(held):
            return 0, 0
        found, channel, size = _frame_start.unpack_from(held, at)
        end = start + size + 1
        if found != kind or channel != channel_id or end > len(held) or held[end - 1] != _END:
            return 0, 0
        return start, end
