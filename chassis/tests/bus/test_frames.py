"""What is sent by one write is, byte for byte, what py-amqp would have sent message by message."""

from types import SimpleNamespace

from amqp import spec
from amqp.basic_message import Message
from amqp.method_framing import frame_writer
from amqp.serialization import dumps
from hypothesis import given
from hypothesis import strategies as st

from chassis.bus.frames import EventFrames
from chassis.store.feed import CONTENT_TYPE
from chassis.store.model import FeedEntry

FRAME_MAX = 4096
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=50)


def by_py_amqp(entry, service, exchange, channel_id):
    written = []
    connection = SimpleNamespace(frame_max=FRAME_MAX, bytes_sent=0)
    write = frame_writer(connection, SimpleNamespace(write=lambda part: written.append(bytes(part))))
    message = Message(
        entry.wire,
        content_type=CONTENT_TYPE,
        delivery_mode=2,
        message_id=entry.event_id,
        type=entry.type,
        app_id=service,
    )
    arguments = dumps("Bssbb", (0, exchange, entry.type, True, False))
    write(1, channel_id, spec.Basic.Publish, arguments, message)
    return b"".join(written)


@given(
    event_id=st.one_of(st.uuids().map(str), names),
    type_=names,
    wire=st.one_of(st.binary(min_size=1, max_size=3000), st.integers(1, 20_000).map(lambda size: b"x" * size)),
    service=names,
    channel_id=st.integers(1, 2047),
)
def test_an_event_on_the_wire_is_as_py_amqp_writes_it(event_id, type_, wire, service, channel_id):
    entry = FeedEntry(
        **dict.fromkeys(FeedEntry.__dataclass_fields__) | {"event_id": event_id, "type": type_, "wire": wire}
    )
    frames = EventFrames(service, f"{service}.events", channel_id, FRAME_MAX)
    expected = by_py_amqp(entry, service, f"{service}.events", channel_id)
    assert frames.of(entry) == expected
    assert frames.of(entry) == expected, "what is in common is kept"
