"""The core tables, the index of CPR numbers and the read models of the first release.

The tables are written out here, and not taken from the code: what a revision makes must never change.
"""

import sqlalchemy as sa
from alembic import op

from chassis.store.migrations import core_v1_upgrade

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    core_v1_upgrade()
    op.create_table(
        "person_index",
        sa.Column("cpr_hmac", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False, unique=True),
    )
    _organisation()
    _pay()
    _trips()


def _organisation() -> None:
    op.create_table(
        "org_units_v1",
        sa.Column("org_unit_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "people_v1",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("people_v1_name", "people_v1", ["name", "person_id"])


def _pay() -> None:
    op.create_table(
        "rates_v1",
        sa.Column("rate_type", sa.Text, primary_key=True),
        sa.Column("valid_from", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "settlements_v1",
        sa.Column("trip_id", sa.Text, primary_key=True),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("settlements_v1_period", "settlements_v1", ["period"])
    op.create_table(
        "periods_v1",
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("closed_by", sa.Text, nullable=False),
        sa.Column("exports", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )


def _trips() -> None:
    op.create_table(
        "submitted_trips_v1",
        sa.Column("trip_id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("employment_id", sa.Text, nullable=False),
        sa.Column("driving_date", sa.Text, nullable=False),
        sa.Column("rate_type", sa.Text, nullable=False),
        sa.Column("net_m", sa.Integer, nullable=False),
    )
    op.create_table(
        "approved_trips_v1",
        sa.Column("trip_id", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("decided_at", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
    )
    op.create_index("approved_trips_v1_decided_at", "approved_trips_v1", ["decided_at"])
