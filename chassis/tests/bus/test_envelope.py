"""An envelope: what the publisher's store wrote is read back whole, and nothing else passes."""

import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.bus import Envelope
from chassis.errors import Unreadable

GOOD = {
    "correlationid": "c",
    "data": {"metres": 1200, "name": "Ærø", "none": None, "list": [1, "2", True]},
    "datacontenttype": "application/json",
    "id": "i",
    "logid": "l",
    "partitionkey": "p",
    "recordedtime": "2026-11-23T07:02:20.047557Z",
    "sequence": f"{7:020d}",
    "source": "urn:service:sample",
    "specversion": "1.0",
    "subject": "s",
    "time": "2026-11-23T07:02:20.047557Z",
    "type": "added",
}


def sealed(fields, prevhash="ab" * 32):
    """The wire of ``fields``, with right hashes whatever they are."""
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    hash_ = sha256(bytes.fromhex(prevhash) + body.encode()).hexdigest()
    return (body[:-1] + f',"prevhash":"{prevhash}","hash":"{hash_}"}}').encode()


def test_what_is_made_of_an_event_is_made_once_and_anew_when_its_data_is_opened():
    made = []
    envelope = Envelope.parse(sealed(GOOD))
    first = [envelope.once("metres", lambda: made.append(envelope.data) or len(made)) for _ in range(3)]
    opened = replace(envelope, data={"metres": 7})
    second = [opened.once("metres", lambda: made.append(opened.data) or len(made)) for _ in range(3)]
    assert (first, second, made) == ([1, 1, 1], [2, 2, 2], [GOOD["data"], {"metres": 7}])


def test_what_a_store_publishes_is_read_back_whole(source):
    [wire] = source.say("a")
    fields = json.loads(wire)
    envelope = Envelope.parse(wire)
    assert (envelope.id, envelope.type, envelope.subject) == (fields["id"], "added", "a")
    assert (envelope.sequence, envelope.logid) == (1, source.store.logid)
    assert envelope.data == fields["data"]
    assert envelope.time == datetime.fromisoformat(fields["time"])
    assert (envelope.prevhash, envelope.hash) == ("0" * 64, fields["hash"])
    assert envelope.wire == wire


def test_each_event_carries_the_hash_of_the_one_before(source):
    first, second = map(Envelope.parse, source.say("a", "b"))
    assert second.prevhash == first.hash


def test_optional_attributes_may_be_missing():
    envelope = Envelope.parse(sealed(GOOD))
    assert (envelope.causationid, envelope.traceparent) == (None, None)


def test_attributes_nobody_knows_are_ignored():
    assert Envelope.parse(sealed(GOOD | {"dataclassification": "internal"})).id == "i"


@given(st.data())
def test_a_byte_changed_anywhere_is_noticed(data):
    wire = bytearray(sealed(GOOD))
    place = data.draw(st.integers(0, len(wire) - 1))
    wire[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        Envelope.parse(bytes(wire))


@given(st.binary())
def test_bytes_that_are_no_event_are_unreadable(wire):
    with pytest.raises(Unreadable):
        Envelope.parse(wire)


@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"datacontenttype"}))
def test_an_attribute_that_is_needed_may_not_be_missing(name):
    with pytest.raises(Unreadable):
        Envelope.parse(sealed({key: value for key, value in GOOD.items() if key != name}))


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": "7"},
        {"sequence": f"{0:020d}"},
        {"sequence": 7},
        {"sequence": "x" * 20},
        {"specversion": "0.3"},
        {"data": []},
        {"data": None},
        {"data": {"metres": 1.5}},
        {"subject": ""},
        {"subject": 5},
        {"causationid": ""},
        {"time": "yesterday"},
        {"time": "2026-11-23T07:02:20"},
        {"recordedtime": None},
    ],
)
def test_an_attribute_of_the_wrong_kind_makes_the_event_unreadable(changes):
    with pytest.raises(Unreadable) as raised:
        Envelope.parse(sealed(GOOD | changes))
    assert raised.value.code == "unreadable_envelope"


def test_an_object_within_a_thousand_others_is_unreadable_and_no_crash():
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    body = deep[:-1]
    hash_ = sha256(bytes(32) + deep.encode()).hexdigest()
    with pytest.raises(Unreadable):
        Envelope.parse((body + f',"prevhash":"{"0" * 64}","hash":"{hash_}"}}').encode())


def test_bytes_that_were_not_hashed_are_told_from_bytes_that_make_no_sense():
    changed = sealed(GOOD).replace(b"1200", b"1201")
    with pytest.raises(Unreadable) as raised:
        Envelope.parse(changed)
    assert raised.value.code == "hash_mismatch"
