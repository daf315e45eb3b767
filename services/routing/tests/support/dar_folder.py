"""A small file download of DAR, in the layout of Datafordeler's CSV files; the houses are those of the public services."""

import csv
from pathlib import Path

from services.routing.tests.support.address_services import HOUSES

GIVEN_UP, SUPERSEDED, UNPLACED, ENDED, PLANNED = (f"00000000-0000-32b8-e044-00000000000{digit}" for digit in "12345")
REGISTERED = "2026-02-03T04:05:06.000000Z"
LONG_AGO = "2000-02-03T04:05:06.000000+01:00"
LONG_LINE = f"LINESTRING ({', '.join(f'{x} 6265111' for x in range(500_000, 520_000))})"
"""The line of a long road: more than a reader of CSV takes unless it is told to."""


def write_dar_folder(folder: Path, *, left_out: str = "", registered: str = REGISTERED) -> Path:
    """One file per entity, but for ``left_out``."""
    folder.mkdir()
    for entity, rows in _entities(registered).items():
        if entity != left_out:
            _write(folder / f"DAR_V1_{entity}_TotalDownload_csv_Current_256.csv", rows)
    return folder


def _entities(registered: str) -> dict[str, list[dict[str, str]]]:
    houses = [_house(one, registered, by=f"by-{one}" if village else "") for one, (_, _, village, *_) in HOUSES.items()]
    first = next(iter(HOUSES))
    houses += [
        _house(GIVEN_UP, registered, first, status="4"),
        _house(SUPERSEDED, registered, first, registreringTil="2025-01-01T00:00:00Z"),
        _house(UNPLACED, registered, first, adgangspunkt="nowhere"),
        _house(ENDED, registered, first, virkningFra=LONG_AGO, virkningTil="2026-03-02T13:00:00.000000+01:00"),
        _house(PLANNED, registered, first, virkningFra="2999-01-01T00:00:00.000000+01:00"),
    ]
    return {
        "Husnummer": houses,
        "Adressepunkt": [_row(f"punkt-{one}", position=f"POINT ({x} {y})") for one, (*_, x, y) in HOUSES.items()]
        + [_row("nowhere", position="POINT (0 0)")],
        "NavngivenVej": [
            _row(
                f"vej-{one}", vejnavn=name, virkningFra=since, virkningTil=until, vejnavnebeliggenhed_vejnavnelinje=line
            )
            for one, (street, *_) in HOUSES.items()
            for name, since, until, line in (
                (street, LONG_AGO, "", LONG_LINE),
                (f"Gamle {street}", LONG_AGO, "2026-03-02T12:00:00Z", ""),
                (f"Ny {street}", "2999-01-01T00:00:00.000000+01:00", "", ""),
            )
        ],
        "Postnummer": [
            _row(f"post-{one}", postnr=code, navn=city) for one, (_, _, _, code, city, *_) in HOUSES.items()
        ],
        "SupplerendeBynavn": [
            _row(f"by-{one}", navn=village) for one, (_, _, village, *_) in HOUSES.items() if village
        ],
    }


def _house(house_id, registered, of=None, *, by="", status="3", **fields):
    of = of or house_id
    return _row(house_id, status=status, registreringFra=registered, husnummertekst=HOUSES[of][1]) | {
        "adgangspunkt": f"punkt-{of}",
        "navngivenVej": f"vej-{of}",
        "postnummer": f"post-{of}",
        "supplerendeBynavn": by,
        "registreringTil": "",
        "virkningFra": LONG_AGO,
        "virkningTil": "",
        **fields,
    }


def _row(row_id, **fields):
    return {"id_lokalId": row_id, **fields}


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
