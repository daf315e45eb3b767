"""Forgetting a person: done once, noted, and done again when keys come back."""

from datetime import UTC, datetime

import pytest

from chassis import erasing
from chassis.store import Context, EventCodec, EventStore, KeyVault, Sealer, core_v1, core_v2, open_engine, writing
from chassis.store.vault import Given, subject_keys

NOON = datetime(2031, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path):
    return open_engine(f"sqlite:///{tmp_path}/keys.db")


@pytest.fixture
def store(tmp_path, keys):
    vault = KeyVault(keys, b"k" * 32)
    vault.create_tables()
    engine = open_engine(f"sqlite:///{tmp_path}/store.db")
    with writing(engine) as conn:
        core_v1.upgrade(conn)
        core_v2.upgrade(conn)
    return EventStore(engine, service="s", codec=EventCodec({}), publish=lambda _: [], sealer=Sealer(vault))


def forget(store, person_id):
    return store.execute(Context("s"), lambda uow: erasing.forget(store, uow, person_id)).value


def test_a_person_is_forgotten_once_with_the_keys_that_others_gave(store):
    vault = erasing.vault_of(store)
    own = vault.key_for("anne")
    vault.keep([Given("k-1", "anne", b"r" * 32), Given("k-2", "bent", b"r" * 32)])
    assert (forget(store, "anne"), forget(store, "anne")) == (True, False)
    assert [vault.opening(key_id).raw for key_id in (own.key_id, "k-1")] == [None, None]
    assert vault.opening("k-2").raw == b"r" * 32


def test_keys_that_come_back_with_an_old_backup_are_destroyed_again_at_the_start(store, keys):
    key = erasing.vault_of(store).key_for("anne")
    with writing(keys) as conn:
        backup = [dict(row) for row in conn.execute(subject_keys.select()).mappings()]
    forget(store, "anne")
    with writing(keys) as conn:
        conn.exec_driver_sql("DELETE FROM subject_keys")
        conn.exec_driver_sql("DELETE FROM erased_subjects")
        conn.execute(subject_keys.insert(), backup)
    restored = KeyVault(keys, b"k" * 32)
    assert restored.opening(key.key_id).raw == key.raw
    again = EventStore(store.engine, service="s", codec=EventCodec({}), publish=lambda _: [], sealer=Sealer(restored))
    assert (erasing.destroy_again(again), erasing.destroy_again(again)) == (1, 0)
    assert KeyVault(keys, b"k" * 32).opening(key.key_id).raw is None
