"""Events as AMQP 0-9-1 has them on the wire, so that many are sent by one write.

py-amqp makes each message anew, and looks for news of the broker before each: that costs more than all the rest of the
relay. Its own encoder makes what the messages of one type have in common; here only the id and the body are put in.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from amqp import spec
from amqp.basic_message import Message
from amqp.serialization import dumps

from chassis.store.feed import CONTENT_TYPE
from chassis.store.model import FeedEntry

_PERSISTENT: Final = 2
_METHOD, _HEADER, _BODY = 1, 2, 3
_END: Final = b"\xce"
_AROUND_A_FRAME: Final = 8
_frame_start = Struct(">BHI").pack
_method_start = Struct(">HH").pack
_header_start = Struct(">HHQ").pack


class EventFrames:
    """The frames of what one channel publishes for ``service``; every message is mandatory and persistent."""

    def __init__(self, service: str, exchange: str, channel_id: int, frame_max: int) -> None:
        self._service = service
        self._exchange = exchange
        self._channel_id = channel_id
        self._most = frame_max - _AROUND_A_FRAME
        self._common: dict[tuple[str, int], tuple[bytes, bytes, bytes]] = {}

    def of(self, entry: FeedEntry) -> bytes:
        """The message of one event: method, header and body."""
        event_id = entry.event_id.encode()
        method, before, after = self._in_common(entry.type, len(event_id))
        header = _header_start(spec.Basic.Publish[0], 0, len(entry.wire)) + before + event_id + after
        parts = range(0, len(entry.wire), self._most)
        bodies = b"".join(self._frame(_BODY, entry.wire[start : start + self._most]) for start in parts)
        return method + self._frame(_HEADER, header) + bodies

    def _in_common(self, type_: str, id_length: int) -> tuple[bytes, bytes, bytes]:
        """The method frame, and the properties before and after the id."""
        known = self._common.get((type_, id_length))
        if known is None:
            arguments = dumps("Bssbb", (0, self._exchange, type_, True, False))
            method = self._frame(_METHOD, _method_start(*spec.Basic.Publish) + arguments)
            placeholder = "\0" * id_length
            message = Message(
                b"",
                content_type=CONTENT_TYPE,
                delivery_mode=_PERSISTENT,
                message_id=placeholder,
                type=type_,
                app_id=self._service,
            )
            before, after = message._serialize_properties().split(placeholder.encode())  # noqa: SLF001 the library's encoder
            known = self._common[type_, id_length] = (method, before, after)
        return known

    def _frame(self, kind: int, payload: bytes) -> bytes:
        return _frame_start(kind, self._channel_id, len(payload)) + payload + _END
