"""What one service sealed opens in another with the keys beside the feed, and only there."""

import json
from dataclasses import dataclass

import pytest

from chassis.bus import Envelope, LocalFeed, parse_page, render_page
from chassis.bus.opening import KeepingFeed, opened, until_a_key_is_missing
from chassis.errors import Unavailable, Unreadable
from chassis.store import (
    ERASED,
    Context,
    EventCodec,
    EventStore,
    KeyVault,
    Personal,
    Published,
    Sealer,
    core_v1,
    open_engine,
    writing,
)


@dataclass(frozen=True)
class Moved:
    person: str
    home: str


def publish(recorded):
    event = recorded.event
    data = {"person": event.person, "homes": [{"text": Personal(event.person, event.home)}], "metres": 7}
    return [Published("moved", event.person, data, event.person)]


@pytest.fixture
def vault(tmp_path):
    def open_(name):
        made = KeyVault(open_engine(f"sqlite:///{tmp_path}/{name}-keys.db"), b"k" * 32)
        made.create_tables()
        return made

    return open_


@pytest.fixture
def publisher(tmp_path, vault):
    engine = open_engine(f"sqlite:///{tmp_path}/publisher.db")
    with writing(engine) as conn:
        core_v1.upgrade(conn)
    codec = EventCodec({"moved": Moved})
    return EventStore(engine, service="p", codec=codec, publish=publish, sealer=Sealer(vault("publisher")))


def move(publisher, person, home):
    publisher.execute(Context("a"), lambda uow: uow.append(f"{person}-{home}", 0, [Moved(person, home)]))


def envelopes(publisher):
    return [Envelope.parse(entry.wire) for entry in publisher.read_feed(0, 100).entries]


def home_in(sealer, envelope):
    return opened(sealer, envelope).data["homes"][0]["text"]


def test_the_keys_are_beside_the_events_and_never_in_them(publisher):
    move(publisher, "anne", "Hjemvej 1")
    page = publisher.read_feed(0, 100)
    ((key_id, raw),) = page.keys.items()
    assert key_id.encode() in page.entries[0].wire
    assert b"Hjemvej" not in render_page(page)
    assert parse_page(render_page(page)) == page
    assert raw not in page.entries[0].wire
    assert publisher.verify().intact


def test_a_message_whose_key_was_never_given_waits_for_the_feed_and_those_before_it_do_not(publisher, vault):
    listener = Sealer(vault("listener"))
    move(publisher, "anne", "Hjemvej 1")
    KeepingFeed(LocalFeed(publisher), listener.vault).read(0, 100)
    for person in ("anne", "bent", "anne"):
        move(publisher, person, f"Vejen {len(envelopes(publisher))}")
    assert [one.sequence for one in until_a_key_is_missing(listener, envelopes(publisher))] == [1, 2]
    with pytest.raises(Unavailable):
        opened(listener, envelopes(publisher)[2])
    KeepingFeed(LocalFeed(publisher), listener.vault).read(0, 100)
    assert len(until_a_key_is_missing(listener, envelopes(publisher))) == 4
    assert home_in(listener, envelopes(publisher)[2]) == "Vejen 2"
    assert opened(listener, envelopes(publisher)[2]).subjects == ("bent",)


def test_an_erased_person_s_fields_open_as_erased_here_and_there(publisher, vault):
    early, late = Sealer(vault("early")), Sealer(vault("late"))
    move(publisher, "anne", "Hjemvej 1")
    KeepingFeed(LocalFeed(publisher), early.vault).read(0, 100)
    publisher.sealer.vault.destroy("anne")
    move(publisher, "anne", "Hjemvej 2")
    assert list(publisher.read_feed(0, 100).keys.values()) == [None]
    for listener in (early, late):
        KeepingFeed(LocalFeed(publisher), listener.vault).read(0, 100)
        assert [home_in(listener, one) for one in envelopes(publisher)] == [ERASED, ERASED]


def test_a_value_that_looks_like_a_sealed_one_is_a_value(publisher, vault):
    """Whoever types a text decides nothing about keys."""
    listener = Sealer(vault("listener"))
    typed = json.dumps({"$sealed": 1, "key": "k", "n": "", "subject": "bent", "c": ""})
    move(publisher, "anne", typed)
    KeepingFeed(LocalFeed(publisher), listener.vault).read(0, 100)
    assert home_in(listener, envelopes(publisher)[0]) == typed


def test_a_store_that_seals_nothing_leaves_what_is_sealed(publisher):
    move(publisher, "anne", "Hjemvej 1")
    (envelope,) = envelopes(publisher)
    assert opened(None, envelope) is envelope
    assert until_a_key_is_missing(None, [envelope]) == [envelope]


def test_a_sealed_field_that_was_moved_is_unreadable(publisher, vault):
    move(publisher, "anne", "Hjemvej 1")
    (envelope,) = envelopes(publisher)
    data = {**envelope.data, "moved": envelope.data["homes"][0]["text"]}
    with pytest.raises(Unreadable, match="moved"):
        publisher.sealer.open_published(data, envelope.id)
