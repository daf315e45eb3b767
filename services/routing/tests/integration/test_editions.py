"""Registers apart from the map: from DAR's files or OSM, in files with SQLite and in tables with PostgreSQL."""

import os
import shutil
from dataclasses import asdict

import pytest
from click.testing import CliRunner

from routing.addresses.book import editions
from routing.addresses.dar_files import CannotRead, DarFiles
from routing.addresses.editions import EDITION, FileEditions, build_edition
from routing.addresses.register import AddressRegister
from routing.cli import main
from routing.domain.errors import AmbiguousAddress, EngineUnavailable, UnknownAddress
from routing.domain.events import AddressSource
from routing.domain.utm import point_of
from routing.maps.manifest import ADDRESSES
from services.routing.tests.integration.conftest import NOON, World, give_map
from services.routing.tests.integration.test_answering import request
from services.routing.tests.support.address_services import HOLKVEJ, HOUSES, SKOLEVEJ_AARHUS
from services.routing.tests.support.dar_folder import write_dar_folder

TYPED = ("n", "nør", "Nørre Allé", "Nørre Allé 1", "norre alle 12b, 99", "Strandvej 3", "Strandvej 3 østø", "9990",
         "10. februar", "allé", "ve", "Strandvej 3, 9990", "østø", "'", "a & b | c", "\\", ":*")  # fmt: skip


@pytest.fixture
def kept(empty_world):
    return editions(empty_world.app.config, empty_world.app.store.engine)


@pytest.fixture
def build(kept, tmp_path):
    def build(source, made_at="2026-03-02T12:00:00Z"):
        return build_edition(source, kept, tmp_path / "building", made_at)

    return build


@pytest.fixture
def dar(tmp_path):
    return write_dar_folder(tmp_path / "dar")


def test_every_house_number_in_force_is_an_address_with_its_id_and_place(dar):
    contents = DarFiles(dar, NOON)
    found = {address.address_id: address for address in contents.addresses()}
    assert set(found) == set(HOUSES)
    assert found[HOLKVEJ].text == "Holkvej 11, Mellerup, 8930 Randers NØ"
    assert found[HOLKVEJ].point == point_of(574370.0, 6265111.0)
    assert contents.data_date == "2026-02-03"


def test_a_file_that_is_missing_is_named(tmp_path):
    folder = write_dar_folder(tmp_path / "dar", left_out="Adressepunkt")
    with pytest.raises(CannotRead, match="no CSV file of Adressepunkt"):
        list(DarFiles(folder).addresses())


def test_two_downloads_in_one_folder_are_refused_for_nobody_says_which_counts(dar):
    second = dar / "DAR_V1_Postnummer_TotalDownload_csv_Current_255.csv"
    shutil.copy(dar / "DAR_V1_Postnummer_TotalDownload_csv_Current_256.csv", second)
    with pytest.raises(CannotRead, match=r"holds 2 CSV files of Postnummer: .*_255\.csv, .*_256\.csv; leave one"):
        DarFiles(dar).files()


def test_a_date_that_cannot_be_read_is_named(tmp_path):
    folder = write_dar_folder(tmp_path / "dar")
    file = folder / "DAR_V1_Postnummer_TotalDownload_csv_Current_256.csv"
    file.write_text("id_lokalId,postnr,navn,virkningFra\na,8000,Aarhus C,i går\n")
    with pytest.raises(CannotRead, match=r"Postnummer.*'i går'"):
        list(DarFiles(folder).addresses())


def test_a_house_number_beyond_all_measure_has_room_in_every_database(build, kept, tmp_path, monkeypatch):
    numbers = ("99999999999999999999", "9" * 5000, "2147483648B")
    for house_id, number in zip(HOUSES, numbers, strict=True):
        monkeypatch.setitem(HOUSES, house_id, (HOUSES[house_id][0], number, *HOUSES[house_id][2:]))
    made = build(write_dar_folder(tmp_path / "dar"))
    kept.use(made.edition)
    assert [kept.current().get(one).house_number for one in HOUSES] == list(numbers)


@pytest.mark.parametrize("left", ["", '{"edition": "', "[]", '{"edition": "x"}', b"\xff"])
def test_an_edition_whose_description_was_cut_off_is_made_again(tmp_path, dar, left):
    kept = FileEditions(tmp_path / "addresses")
    made = build_edition(dar, kept, tmp_path / "building", "2026-03-02T12:00:00Z")
    description = tmp_path / "addresses" / made.edition / EDITION
    description.write_bytes(left if isinstance(left, bytes) else left.encode())
    assert kept.all() == []
    again = build_edition(dar, kept, tmp_path / "building", "2026-03-03T12:00:00Z")
    kept.use(again.edition)
    assert kept.all() == [again]
    assert kept.current().get(HOLKVEJ) is not None


def test_the_description_is_written_whole_and_last(tmp_path, dar, monkeypatch):
    """Whoever is cut off before the disk has it leaves no edition, and the next build makes it."""
    kept = FileEditions(tmp_path / "addresses")

    def cut_off(_):
        raise OSError("the disk is full")

    with monkeypatch.context() as cut:
        cut.setattr(os, "fsync", cut_off)
        with pytest.raises(OSError, match="full"):
            build_edition(dar, kept, tmp_path / "building", "2026-03-02T12:00:00Z")
    assert kept.all() == []
    made = build_edition(dar, kept, tmp_path / "building", "2026-03-02T12:00:00Z")
    assert kept.all() == [made]
    assert sorted(path.name for path in (tmp_path / "addresses" / made.edition).iterdir()) == [ADDRESSES, EDITION]


def test_villages_may_be_left_out(tmp_path):
    folder = write_dar_folder(tmp_path / "dar", left_out="SupplerendeBynavn")
    assert {one.place for one in DarFiles(folder).addresses()} == {None}


def test_a_register_is_built_used_and_searched(build, kept, dar):
    made = build(dar)
    kept.use(made.edition)
    register = kept.current()
    assert (made.name, made.address_count, made.data_date) == ("dar-files", 3, "2026-02-03")
    assert register.source == AddressSource("dar-files", made.edition, "2026-02-03")
    assert register.get(HOLKVEJ).address_id == HOLKVEJ
    assert register.wash("skolevej 3 b, 8200").address_id == SKOLEVEJ_AARHUS
    assert [one.text for one in register.search("holk", 3)] == ["Holkvej 11, Mellerup, 8930 Randers NØ"]
    with pytest.raises(AmbiguousAddress):
        register.wash("Skolevej 3B")
    with pytest.raises(UnknownAddress):
        register.wash("Skolevej 4")


def test_what_is_found_is_the_same_wherever_the_register_is_kept(build, kept, maps_folder, tiny_map):
    made = build(maps_folder.parent / "tiny.osm")
    kept.use(made.edition)
    beside_the_map = AddressRegister(maps_folder / tiny_map / "addresses.sqlite3", AddressSource("test"))
    for typed in TYPED:
        for limit in (1, 3, 20):
            assert kept.current().search(typed, limit) == beside_the_map.search(typed, limit), typed


def test_the_same_data_is_the_same_edition_and_other_data_another(build, kept, dar, tmp_path):
    first, again = build(dar), build(dar, "2026-03-03T12:00:00Z")
    second = build(write_dar_folder(tmp_path / "newer", registered="2026-04-01T00:00:00Z"), "2026-04-02T12:00:00Z")
    assert again.edition == first.edition != second.edition
    assert [one.edition for one in kept.all()] == [first.edition, second.edition]
    assert kept.current_edition() == ""


def test_a_register_is_switched_between_two_questions_and_back(build, kept, dar, tmp_path):
    first, second = build(dar), build(write_dar_folder(tmp_path / "newer", registered="2026-04-01T00:00:00Z"))
    for made in (first, second, first):
        kept.use(made.edition)
        assert kept.current().source.edition == made.edition == kept.current_edition()
        assert kept.current().get(HOLKVEJ) is not None


def test_without_a_register_addresses_wait(kept):
    with pytest.raises(EngineUnavailable, match="routing addresses build"):
        kept.current()


def test_a_route_says_which_register_its_addresses_are_of(tmp_path, maps_folder, tiny_map):
    world = World(tmp_path, f"sqlite:///{tmp_path}/routing.db", ADDRESSES="register")
    give_map(world, maps_folder, tiny_map)
    kept = editions(world.app.config, world.app.store.engine)
    made = build_edition(maps_folder.parent / "tiny.osm", kept, tmp_path / "building", "2026-03-02T12:00:00Z")
    kept.use(made.edition)
    world.ask(request())
    (event,) = world.answers()
    assert event.data["measured_with"]["addresses"] == asdict(made.source)
    world.app.close()


@pytest.fixture
def routing(tmp_path):
    settings = {"ROUTING_DATABASE_URL": f"sqlite:///{tmp_path}/routing.db", "ROUTING_DATA_DIR": str(tmp_path)}

    def run(*arguments):
        return CliRunner().invoke(main, ["addresses", *map(str, arguments)], env=settings)

    return run


def test_registers_are_built_listed_and_used_by_command(routing, dar, tmp_path):
    assert routing("list").output == "No address register has been built yet.\n"
    built = routing("build", dar)
    assert (built.exit_code, "3 addresses" in built.output, "is current" in built.output) == (0, True, True), (
        built.output
    )
    edition = built.output.partition(" ")[0]
    assert edition in routing("list").output
    assert routing("use", edition).output == f"{edition} is current.\n"
    assert "There is no register nonesuch" in routing("use", "nonesuch").output


def test_what_is_no_register_is_refused_in_a_sentence(routing, tmp_path):
    (tmp_path / "empty").mkdir()
    refused = routing("build", tmp_path / "empty")
    assert (refused.exit_code, "no CSV file of Husnummer" in refused.output) == (1, True)
