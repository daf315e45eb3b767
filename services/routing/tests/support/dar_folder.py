"""A small file download of DAR, in the layout of Datafordeler's CSV files; the houses are those of the public services."""

import csv
from pathlib import Path

from services.routing.tests.support.address_services import HOUSES

GIVEN_UP, SUPERSEDED, UNPLACED = (f"00000000-0000-32b8-e044-00000000000{digit}" for digit in "123")
REGISTERED = "2026-02-03T04:05:06.000000Z"


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
    ]
    return {
        "Husnummer": houses,
        "Adressepunkt": [_row(f"punkt-{one}", position=f"POINT ({x} {y})") for one, (*_, x, y) in HOUSES.items()]
        + [_row("nowhere", position="POINT (0 0)")],
        "NavngivenVej": [_row(f"vej-{one}", vejnavn=street) for one, (street, *_) in HOUSES.items()],
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
        **fields,
    }


def _row(row_id, **fields):
    return {"id_lokalId": row_id, **fields}


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
