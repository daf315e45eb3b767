import csv

import pytest

from routing.addresses.dar_files import point_in
from routing.domain.utm import degrees_of, point_of


def test_every_address_of_a_real_register_lies_where_the_register_itself_says_in_degrees(shared_osm):
    """1,320 addresses with both coordinates; the register gives centimetres and 13 decimals."""
    with (shared_osm / "dawa-adgangsadresse-sample.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["adgangspunkt_etrs89koordinat_oest"]]
    assert len(rows) > 1_300
    for row in rows:
        grid = (row["adgangspunkt_etrs89koordinat_oest"], row["adgangspunkt_etrs89koordinat_nord"])
        expected = (row["adgangspunkt_wgs84koordinat_laengde"], row["adgangspunkt_wgs84koordinat_bredde"])
        assert degrees_of(*map(float, grid)) == pytest.approx(tuple(map(float, expected)), abs=1e-9)


def test_the_central_meridian_is_nine_degrees_east():
    longitude, latitude = degrees_of(500_000, 6_200_000)
    assert longitude == 9
    assert 55.9 < latitude < 56


@pytest.mark.parametrize("wkt", ["POINT (574370 6265111)", "POINT(574370.00 6265111.00)", "point Z (574370 6265111 3)"])
def test_a_point_is_read_from_well_known_text(wkt):
    assert point_in(wkt) == point_of(574_370, 6_265_111)


@pytest.mark.parametrize("wkt", ["", "POINT EMPTY", "POINT (0 0)", "LINESTRING (1 2, 3 4)"])
def test_what_was_never_placed_is_nowhere(wkt):
    assert point_in(wkt) is None
