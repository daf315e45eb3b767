"""A stream as it was at a time, on both databases; nothing personal is shown in clear."""

import json
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from chassis.cli.as_of import as_of as command
from chassis.store import EventCodec, EventStore, KeyVault, Personal, Sealer, open_engine
from chassis.store.as_of import as_of
from tests.support.sample import ALICE, Added, Opened


@dataclass(frozen=True)
class Registered:
    name: str
    cpr: Personal


def test_a_stream_is_read_as_it_was_at_an_instant(store, append, clock):
    append("a", Opened("x"), Added(1))
    between = clock.now
    append("b", Opened("y"))
    append("a", Added(2))
    assert [seen.type for seen in as_of(store, "a", at=between)] == ["opened", "added"]
    assert [seen.version for seen in as_of(store, "a")] == [1, 2, 3]


def test_a_stream_is_read_up_to_a_version(store, append):
    append("a", Opened("x"), Added(1), Added(2))
    [first, second] = as_of(store, "a", version=2)
    assert (first.data, second.data) == ({"name": "x"}, {"number": 1})
    assert (second.position, second.actor, second.schema_version) == (2, "alice", 1)


def test_the_command_prints_both_forms_and_refuses_an_instant_without_a_zone(store, append, clock):
    append("a", Opened("x"), Added(1))
    site = SimpleNamespace(app=SimpleNamespace(store=store))

    def run(*arguments):
        return CliRunner().invoke(command, arguments, obj=site)

    at = clock.now.isoformat()
    assert [row["type"] for row in json.loads(run("a", "--at", at, "--format", "json").output)] == ["opened", "added"]
    assert "opened" in run("a").output
    assert run("b").output == "Nothing was recorded of b then.\n"
    refused = run("a", "--at", "2026-11-01T12:00:00")
    assert (refused.exit_code, "no zone" in refused.output) == (2, True)
    assert run("a", "--at", "yesterday").exit_code == 2


@pytest.fixture
def sealed(engine, tmp_path):
    vault = KeyVault(open_engine(f"sqlite:///{tmp_path}/keys.db"), b"k" * 32)
    vault.create_tables()
    codec = EventCodec({"registered": Registered})
    return EventStore(engine, service="s", codec=codec, publish=lambda _: [], sealer=Sealer(vault))


def test_personal_fields_are_never_shown_and_erased_ones_say_so(sealed):
    for person in ("p1", "p2"):
        event = Registered("n", Personal(person, "0101010001"))
        sealed.execute(ALICE, lambda uow, event=event, person=person: uow.append(person, 0, [event]))
    sealed.sealer.vault.destroy("p2")
    shown = [as_of(sealed, person)[0].data["cpr"] for person in ("p1", "p2")]
    assert shown == ["[personal]", "[slettet]"]
