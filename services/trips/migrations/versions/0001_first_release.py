"""The core tables, and the read models of the first release."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, String

from chassis.store.migrations import core_v1_upgrade

revision = "0001"
down_revision = None


def upgrade() -> None:
    core_v1_upgrade()
    _people()
    _organisation_and_rates()
    _trip_list()


def _people() -> None:
    op.create_table(
        "people_v1_employments",
        Column("employment_id", String, primary_key=True),
        Column("person_id", String, nullable=False, index=True),
        Column("position", String, nullable=False),
        Column("from_date", String(10), nullable=False),
        Column("to_date", String(10)),
    )
    op.create_table(
        "people_v1_units",
        Column("employment_id", String, primary_key=True),
        Column("from_date", String(10), primary_key=True),
        Column("org_unit_id", String, nullable=False, index=True),
    )
    op.create_table(
        "homes_v1",
        Column("person_id", String, primary_key=True),
        Column("from_date", String(10), primary_key=True),
        Column("address", String, nullable=False),
    )


def _organisation_and_rates() -> None:
    op.create_table(
        "org_units_v1",
        Column("org_unit_id", String, primary_key=True),
        Column("from_date", String(10), primary_key=True),
        Column("parent_id", String, index=True),
        Column("name", String, nullable=False),
        Column("address", String),
    )
    op.create_table(
        "rates_v1",
        Column("rate_type", String, primary_key=True),
        Column("from_date", String(10), primary_key=True),
        Column("to_date", String(10)),
        Column("name_da", String, nullable=False),
        Column("name_en", String, nullable=False),
        Column("oere_per_km", Integer, nullable=False),
        Column("requires_plate", Boolean, nullable=False),
    )


def _trip_list() -> None:
    op.create_table(
        "trip_list_v1",
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
    )
    op.create_index("trip_list_v1_own", "trip_list_v1", ["person_id", "sort_key"], unique=True)
