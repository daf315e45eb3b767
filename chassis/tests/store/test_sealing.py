"""Personal fields in the log: sealed per person, bound to their place, forgotten with the key."""

import json
import os
import time
from dataclasses import dataclass

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

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
    vault,
    writing,
)
from chassis.store.vault import LOOK_S, OWN, SHARED, Given, subject_keys


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
        told = Registered(persons[0][0], *[Personal(person, number, secret=True) for person, number in persons])
        self.store.execute(Context("a"), lambda uow: uow.append(stream, 0, [told]))

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


def test_an_erased_person_gets_no_key_again_and_what_comes_late_is_not_stored(sealed, tmp_path):
    """Somebody who returns is known under a new id."""
    sealed.register("p-1", ("anne", "0101901234"))
    sealed.vault.destroy("anne")
    sealed.register("p-2", ("anne", "0202905678"))
    assert (sealed.read("p-1").number.erased, sealed.read("p-2").number.erased) == (True, True)
    assert json.loads(sealed.stored()[1])["number"]["c"] == ""


def test_a_person_has_one_key_however_often_it_is_asked_for(sealed):
    assert sealed.vault.key_for("anne") == sealed.vault.key_for("anne")


def test_a_key_whose_commit_failed_is_never_used(sealed):
    """What it sealed could be read until the process ends, and by nobody afterwards."""

    def refuse(conn):
        if conn.get_execution_options().get("begin") != "IMMEDIATE":
            return  # it only read
        event.remove(sealed.keys, "commit", refuse)
        raise OperationalError("COMMIT", {}, Exception("the server went away"))

    event.listen(sealed.keys, "commit", refuse)
    with pytest.raises(Unavailable):
        sealed.register("p-1", ("anne", "0101850002"))
    sealed.register("p-1", ("anne", "0101850002"))
    after_a_restart = sealed.opened(KeyVault(sealed.keys, b"k" * 32))
    assert after_a_restart.read_stream("p-1")[0].event.number.value == "0101850002"


def test_keys_for_many_people_are_made_together_and_are_theirs_afterwards(sealed):
    with sealed.vault.ready():
        sealed.vault.make_for(f"p-{number}" for number in range(6_000))
        made = sealed.vault.key_for("p-5999")
    assert sealed.vault.key_for("p-5999") == made
    assert KeyVault(sealed.keys, b"k" * 32).key_for("p-5999") == made
    assert sealed.vault.key_for("p-0") != made


def test_keys_at_hand_are_dropped_when_they_are_too_many(sealed, monkeypatch):
    """Sealing a whole organisation keeps them all; afterwards the memory they take has an end."""
    monkeypatch.setattr(vault, "_MOST_AT_HAND", 10)
    with sealed.vault.ready():
        sealed.vault.make_for(f"p-{number}" for number in range(100))
        assert len(sealed.vault._by_id) == 200
    assert len(sealed.vault._by_id) <= 10


def test_no_query_is_made_for_a_key_that_is_at_hand(sealed):
    key = sealed.vault.key_for("anne")
    with writing(sealed.keys) as conn:
        conn.execute(subject_keys.delete())
    assert sealed.vault.key_for("anne") is key
    assert sealed.vault.opening(key.key_id) is key


def test_a_key_destroyed_by_another_process_is_gone_here_soon(sealed, monkeypatch):
    sealed.register("p-1", ("anne", "0101901234"))
    KeyVault(sealed.keys, b"k" * 32).destroy("anne")
    now = time.monotonic()
    monkeypatch.setattr(vault.time, "monotonic", lambda: now + LOOK_S)
    assert sealed.read("p-1").number.erased


def test_a_secret_key_is_never_given_out(sealed):
    own, shared = sealed.vault.key_for("anne", OWN), sealed.vault.key_for("anne", SHARED)
    assert sealed.vault.given_out([own.key_id, shared.key_id, "unknown"]) == {shared.key_id: shared.raw}


def test_what_others_gave_is_kept_until_the_person_is_erased_here_or_there(sealed):
    raw = b"r" * 32
    sealed.vault.keep([Given("k-1", "anne", raw), Given("k-2", "bent", raw), Given("k-3", "carl", None)])
    stranger = KeyVault(sealed.keys, b"k" * 32)
    assert [stranger.opening(key_id).raw for key_id in ("k-1", "k-2", "k-3")] == [raw, raw, None]
    sealed.vault.destroy("anne")
    sealed.vault.keep([Given("k-1", "anne", raw), Given("k-4", "anne", raw), Given("k-2", "bent", None)])
    assert [sealed.vault.opening(key_id).raw for key_id in ("k-1", "k-2", "k-4")] == [None, None, None]
    assert sealed.vault.given_out(["k-1", "k-2"]) == {}


def test_no_name_can_be_worked_out_without_the_person_s_key(sealed):
    name = sealed.vault.pseudonym("anne", "home to school")
    assert sealed.vault.pseudonym("anne", "home to school") == name != sealed.vault.pseudonym("bent", "home to school")
    sealed.vault.destroy("anne")
    assert sealed.vault.pseudonym("anne", "home to school") != name


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
        sealed.opened(KeyVault(sealed.keys, b"k" * 32)).read_stream("p-1")


def test_another_master_key_opens_nothing(sealed):
    sealed.register("p-1", ("anne", "0101901234"))
    stranger = sealed.opened(KeyVault(sealed.keys, os.urandom(32)))
    with pytest.raises(Unavailable, match="master key"):
        stranger.read_stream("p-1")


def test_a_master_key_has_32_bytes(sealed):
    with pytest.raises(ValueError, match="32 bytes"):
        KeyVault(sealed.keys, b"short")
