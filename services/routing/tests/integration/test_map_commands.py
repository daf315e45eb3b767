import json

import pytest
from click.testing import CliRunner

from routing.cli import main
from services.routing.tests.support.tiny_map import write_tiny_map


@pytest.fixture
def routing(tmp_path):
    """Runs `routing map …` on a folder of its own; needs no database and no configuration."""

    def run(*arguments):
        return CliRunner().invoke(main, ["map", *arguments, "--data-dir", str(tmp_path / "data")])

    return run


@pytest.fixture
def source(tmp_path):
    return write_tiny_map(tmp_path / "tiny.osm")


def listed(routing):
    return json.loads(routing("list", "--format", "json").stdout)


def test_a_map_is_built_becomes_current_is_listed_and_verifies(routing, source):
    built = routing("build", str(source))
    assert built.exit_code == 0, built.output
    (row,) = listed(routing)
    assert built.stdout == f"{row['map']} is built: 13 addresses.\n{row['map']} is current.\n"
    assert (row["current"], row["file"], row["addresses"]) == ("yes", "tiny.osm", 13)
    verified = routing("verify")
    assert (verified.exit_code, verified.stdout) == (0, f"{row['map']} is whole.\n")


def test_a_second_map_can_be_prepared_and_used_later(routing, source, tmp_path):
    routing("build", str(source))
    routing("build", "--no-use", str(write_tiny_map(tmp_path / "next.osm", stretch=1.1)))
    prepared = next(row["map"] for row in listed(routing) if row["current"] == "")
    assert routing("use", prepared).exit_code == 0
    assert [row["map"] for row in listed(routing) if row["current"]] == [prepared]


def test_a_harmed_map_is_reported_with_exit_code_1(routing, source, tmp_path):
    routing("build", str(source))
    (map_id,) = (row["map"] for row in listed(routing))
    (tmp_path / "data" / "maps" / map_id / "addresses.sqlite3").write_bytes(b"")
    verified = routing("verify", map_id)
    assert verified.exit_code == 1
    assert "addresses.sqlite3 has changed" in verified.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("build", "nowhere.osm.pbf"), "There is no file nowhere.osm.pbf."),
        (("use", "no-such-map"), "There is no map no-such-map"),
        (("verify",), "No map has been built yet."),
        (("verify", "no-such-map"), "There is no map no-such-map."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(routing, arguments, sentence):
    result = routing(*arguments)
    assert result.exit_code == 1
    assert sentence in result.output


def test_without_maps_the_list_says_so(routing):
    assert routing("list").output == "No map has been built yet.\n"
