"""The rate types and their prices from a date on, as payroll has set them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from chassis.bus import Envelope
from chassis.projections import Projection
from chassis.store.upsert import put
from trips.projections import tables as t
from trips.reading import RATE_SET, read


def _apply(conn: Connection, events: Sequence[Envelope]) -> None:
    for envelope in events:
        if envelope.type == "rate-set":
            said = read(RATE_SET, envelope)
            row = {
                "rate_type": said["rate_type"],
                "from_date": said["starts"].isoformat(),
                "to_date": None if said["ends"] is None else said["ends"].isoformat(),
                "name_da": said["name"]["da"],
                "name_en": said["name"]["en"],
                "oere_per_km": said["oere_per_km"],
                "requires_plate": said["requires_plate"],
            }
            put(conn, t.rates, [row])


RATES = Projection("rates", 1, "payroll", (t.rates,), _apply)
