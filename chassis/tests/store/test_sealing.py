"""Personal fields in the log: sealed per person, bound to their place, forgotten with the key."""

import json
import os
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from chassis.errors import Unavailable, Unreadable
from chassis.store import (
    Context,
    EventCodec,
    EventStore,
    KeyVault,
    Personal,
    Sealer,
    core_v1,
    core_v2,
    open_engine,
    reading,
    writing,
)
from chassis.store.sealing import subject_keys


@dataclass(frozen=True)
class Registered:
    person: str
    number: Personal
    partner: Personal | None = None


class Sealed:
    """A store with sealed fields, and its vault."""

    def __init__(self, folder):
        self.keys = open_engine(f"sqlite:///{folder}/keys.db")
        self.vault = KeyVault(self.keys, b"k" * 32)
        self.vault.create_tables()
        self.engine = open_engine(f"sqlite:///{folder}/store.db")
        with writing(self.engine) as conn:
            core_v1.upgrade(conn)
            core_v2.upgrade(conn)
        self.store = self.opened(self.vault)

    def opened(self, vault):
        codec = EventCodec({"registered": Registered})
        return EventStore(self.engine, service="s", codec=codec, publish=lambda _: [], sealer=Sealer(vault))

    def register(self, stream, *persons):
        event = Registered(persons[0][0], *[Personal(person, number) for person, number in persons])
        self.store.execute(Context("a"), lambda uow: uow.append(stream, 0, [event]))

    def read(self, stream):
        return self.store.read_stream(stream)[0].event

    def stored(self):
        with reading(self.engine) as conn:
            return conn.execute(text("SELECT data FROM events ORDER BY position")).scalars().all()


@pytest.fixture
def sealed(tmp_path):
    return Sealed(tmp_path)


def test_a_sealed_field_reads_as_it_was_and_is_not_in_the_file(sealed, tmp_path):
    sealed.register("p-1", ("anne", "0101901234"))
    assert sealed.read("p-1").number.value == "0101901234"
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"0101901234" not in files


def test_a_personal_value_does_not_print_itself():
    value = Personal("anne", "0101901234")
    assert "0101901234" not in f"{value} {value!r}"


def test_with_the_key_destroyed_the_field_is_erased_and_the_chain_is_whole(sealed):
    """Everything can still be read and folded: forgetting is no error."""
    sealed.register("p-1", ("anne", "0101901234"))
    assert sealed.vault.destroy("anne") == 1
    number = sealed.read("p-1").number
    assert (number.erased, number.value, str(number)) == (True, None, "[slettet]")
    assert sealed.store.verify().intact


def test_one_of_two_people_in_an_event_can_be_forgotten(sealed):
    sealed.register("p-1", ("anne", "0101901234"), ("bent", "0202905678"))
    sealed.vault.destroy("anne")
    event = sealed.read("p-1")
    assert (event.number.value, event.partner.value) == (None, "0202905678")


def test_a_person_who_returns_gets_a_new_key_and_stays_forgotten_before(sealed):
    sealed.register("p-1", ("anne", "0101901234"))
    sealed.vault.destroy("anne")
    sealed.register("p-2", ("anne", "0101901234"))
    assert (sealed.read("p-1").number.erased, sealed.read("p-2").number.value) == (True, "0101901234")


def test_a_person_has_one_key_however_often_it_is_asked_for(sealed):
    assert sealed.vault.key_for("anne") == sealed.vault.key_for("anne")


def test_keys_for_many_people_are_made_together_and_are_theirs_afterwards(sealed):
    with sealed.vault.ready():
        sealed.vault.make_for(f"p-{number}" for number in range(6_000))
        made = sealed.vault.key_for("p-5999")
    assert sealed.vault.key_for("p-5999") == made
    assert KeyVault(sealed.keys, b"k" * 32).key_for("p-5999") == made
    assert sealed.vault.key_for("p-0") != made


def test_keys_made_together_are_at_hand_only_as_long_as_they_are_needed(sealed):
    """Sealing a whole organisation asks the key table once; afterwards a key destroyed elsewhere is gone here too."""
    with sealed.vault.ready():
        sealed.vault.make_for(["anne"])
        key = sealed.vault.key_for("anne")
        with writing(sealed.keys) as conn:
            conn.execute(subject_keys.delete())
        assert sealed.vault.key_for("anne") == key
    assert sealed.vault.key_for("anne") != key


def test_a_sealed_field_cannot_be_moved_to_another_event(sealed):
    sealed.register("p-1", ("anne", "0101901234"))
    other = json.loads(sealed.stored()[0])
    with pytest.raises(Unreadable, match="moved"):
        Sealer(sealed.vault).open(other, "another-event")


def test_a_key_that_is_away_is_unavailable_and_not_erased(sealed):
    """A lost key table must never look like forgetting."""
    sealed.register("p-1", ("anne", "0101901234"))
    with writing(sealed.keys) as conn:
        conn.execute(subject_keys.delete())
    with pytest.raises(Unavailable):
        sealed.read("p-1")


def test_another_master_key_opens_nothing(sealed):
    sealed.register("p-1", ("anne", "0101901234"))
    stranger = sealed.opened(KeyVault(sealed.keys, os.urandom(32)))
    with pytest.raises(Unavailable, match="master key"):
        stranger.read_stream("p-1")


def test_a_master_key_has_32_bytes(sealed):
    with pytest.raises(ValueError, match="32 bytes"):
        KeyVault(sealed.keys, b"short")
