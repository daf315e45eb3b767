"""What is taken out of the bytes at once is what py-amqp would have made of them message by message."""

from types import SimpleNamespace

from amqp import spec
from amqp.basic_message import Message
from amqp.method_framing import frame_handler, frame_writer
from amqp.serialization import dumps, loads
from amqp.transport import TCPTransport
from hypothesis import event, given
from hypothesis import strategies as st

from chassis.bus.arrivals import Arrivals

FRAME_MAX, CHANNEL, CONSUMER = 4096, 1, "approval.trips.500"
HEARTBEAT = b"\x08\x00\x00\x00\x00\x00\x00\xce"


def written(channel_id, method, arguments, message=None):
    parts = []
    connection = SimpleNamespace(frame_max=FRAME_MAX, bytes_sent=0)
    write = frame_writer(connection, SimpleNamespace(write=lambda part: parts.append(bytes(part))))
    write(1, channel_id, method, arguments, message)
    return b"".join(parts)


def delivery(tag, body, consumer=CONSUMER, channel_id=CHANNEL):
    arguments = dumps("sLbss", (consumer, tag, tag % 2 == 0, "trips.events", "trip-submitted"))
    message = Message(body, content_type="application/cloudevents+json", message_id=str(tag), delivery_mode=2)
    return written(channel_id, spec.Basic.Deliver, arguments, message)


ours = st.builds(delivery, st.integers(1, 2**64 - 1), st.binary(max_size=2000))
of_several_frames = st.builds(
    delivery, st.integers(1, 2**63), st.integers(4000, 15_000).map(lambda size: b"\xce" * size)
)
for_others = st.builds(
    delivery, st.integers(1, 9), st.binary(max_size=9), st.sampled_from(["approval.trips.1", "", "x"])
)
on_another_channel = st.builds(lambda tag: delivery(tag, b"{}", channel_id=2), st.integers(1, 9))
consume_ok = st.just(written(CHANNEL, spec.Basic.ConsumeOk, dumps("s", (CONSUMER,))))
wires = st.lists(
    st.one_of(ours, ours, ours, of_several_frames, for_others, on_another_channel, consume_ok, st.just(HEARTBEAT)),
    max_size=12,
).map(b"".join)


class Reader:
    """py-amqp's transport and frame handler, on bytes that come in parts of these sizes, with a lull after each."""

    def __init__(self, wire, sizes):
        self.wire, self.sizes, self.is_lull = wire, list(sizes), False
        self.transport = TCPTransport.__new__(TCPTransport)
        self.transport._read_buffer = b""
        self.transport._quick_recv = self.receive
        self.found = []
        self.on_frame = frame_handler(SimpleNamespace(bytes_recv=0), self.on_method)

    def receive(self, most):
        self.is_lull = not self.is_lull
        if self.is_lull:
            raise TimeoutError
        size = min(self.sizes.pop() if self.sizes else most, most)
        part, self.wire = self.wire[:size], self.wire[size:]
        return part

    def on_method(self, channel_id, method, payload, content):
        if method == spec.Basic.Deliver and channel_id == CHANNEL:
            (consumer, tag, *_), _ = loads("sLbss", payload, 4)
            body = content.body if isinstance(content.body, bytes) else content.body.encode()
            self.found.append((consumer, tag, body))
        else:
            self.found.append((channel_id, method))

    def drain(self):
        """As a connection's ``drain_events``: whether a whole method was handled before the lull."""
        try:
            while not self.on_frame(self.transport.read_frame()):
                pass
        except TimeoutError:
            return False
        return True

    @property
    def is_done(self):
        return not self.wire and not self.transport._read_buffer


def by_py_amqp(wire):
    reader = Reader(wire, [])
    while not reader.is_done:
        reader.drain()
    return reader.found


@given(wires, st.lists(st.integers(1, 9000), max_size=30))
def test_nothing_is_lost_doubled_or_changed_however_the_bytes_arrive(wire, sizes):
    reader = Reader(wire, sizes)
    arrivals, at_once = Arrivals(reader.transport), 0
    while not (reader.is_done and arrivals._at == len(arrivals._held)):
        reader.drain()
        taken = [(CONSUMER, one.tag, one.body) for one in arrivals.deliveries(CHANNEL, CONSUMER)]
        reader.found += taken
        at_once += len(taken)
    event(f"taken at once: {min(at_once, 3)}")
    assert reader.found == by_py_amqp(wire)


def test_a_long_event_whose_parts_look_like_a_delivery_is_left_to_py_amqp():
    part_bytes = FRAME_MAX - 8
    method, header = (frame[7:-1] for frame in frames(delivery(9, b"-" * part_bytes))[:2])
    parts = [b"!" * part_bytes, method.ljust(part_bytes), header.ljust(part_bytes), b"-" * part_bytes]
    wire = delivery(1, b"".join(parts))
    arrivals = Arrivals(SimpleNamespace(_quick_recv=lambda _: wire))
    arrivals.receive(wire.index(parts[0]) + part_bytes + 1)
    assert list(arrivals.deliveries(CHANNEL, CONSUMER)) == []


def frames(wire):
    found = []
    while wire:
        size = int.from_bytes(wire[3:7]) + 8
        found, wire = [*found, wire[:size]], wire[size:]
    return found


def test_what_has_arrived_whole_is_taken_at_once_and_the_rest_is_left():
    first, last = delivery(1, b"{}"), delivery(4, b"[4]")
    wire = b"".join([first, delivery(2, b'"2"'), delivery(3, b"3"), HEARTBEAT, last])
    reader = Reader(wire, [])
    arrivals = Arrivals(reader.transport)
    assert reader.drain() is False, "the lull before the first bytes"
    assert reader.drain()
    assert list(arrivals.deliveries(CHANNEL, CONSUMER)) == [(2, b'"2"'), (3, b"3")]
    assert list(arrivals.deliveries(CHANNEL, CONSUMER)) == [], "a heartbeat is py-amqp's"
    assert reader.drain()
    assert reader.found == [(CONSUMER, 1, b"{}"), (CONSUMER, 4, b"[4]")]
