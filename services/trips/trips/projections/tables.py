"""The tables of trips' read models; their names carry the version of their projection."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, false

METADATA = MetaData()

employments = Table(
    "people_v1_employments",
    METADATA,
    Column("employment_id", String, primary_key=True),
    Column("person_id", String, nullable=False, index=True),
    Column("position", String, nullable=False),
    Column("from_date", String(10), nullable=False),
    Column("to_date", String(10)),
)

employment_units = Table(
    "people_v1_units",
    METADATA,
    Column("employment_id", String, primary_key=True),
    Column("from_date", String(10), primary_key=True),
    Column("org_unit_id", String, nullable=False, index=True),
)

homes = Table(
    "homes_v1",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("from_date", String(10), primary_key=True),
    Column("address", String, nullable=False),
    Column("is_protected", Boolean, nullable=False, server_default=false()),
)

org_units = Table(
    "org_units_v1",
    METADATA,
    Column("org_unit_id", String, primary_key=True),
    Column("from_date", String(10), primary_key=True),
    Column("parent_id", String, index=True),
    Column("name", String, nullable=False),
    Column("address", String),
)

rates = Table(
    "rates_v1",
    METADATA,
    Column("rate_type", String, primary_key=True),
    Column("from_date", String(10), primary_key=True),
    Column("to_date", String(10)),
    Column("name_da", String, nullable=False),
    Column("name_en", String, nullable=False),
    Column("oere_per_km", Integer, nullable=False),
    Column("requires_plate", Boolean, nullable=False),
)

trip_list = Table(
    "trip_list_v1",
    METADATA,
    Column("trip_id", String, primary_key=True),
    Column("person_id", String, nullable=False),
    Column("sort_key", String, nullable=False),
    Column("driving_date", String(10), nullable=False),
    Column("purpose", String, nullable=False),
    Column("rate_type", String, nullable=False),
    Column("status", String, nullable=False),
    Column("from_text", String, nullable=False),
    Column("to_text", String, nullable=False),
    Column("round_trip", Boolean, nullable=False),
    Column("gross_m", Integer),
    Column("deducted_m", Integer),
    Column("net_m", Integer),
    Column("amount_oere", Integer),
    Column("period", String),
    Index("trip_list_v1_own", "person_id", "sort_key", unique=True),
    Index("trip_list_v1_status", "status"),
)

org_unit_policies = Table(
    "org_unit_policies_v1",
    METADATA,
    Column("org_unit_id", String, primary_key=True),
    Column("from_date", String(10), primary_key=True),
    Column("deduction", String),
    Column("without_extra_allowed", Boolean),
    Column("four_km_allowed", Boolean),
    Column("default_method", String),
    Column("after_sixty_days", String),
)

driving_record = Table(
    "driving_record_v1",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("entry_id", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("day", String(10), nullable=False),
    Column("home_legs", String, nullable=False),
    Column("worked_at", String, nullable=False),
    Index("driving_record_v1_day", "person_id", "day"),
)
