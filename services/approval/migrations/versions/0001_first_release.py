"""The core tables and the read models of the first release.

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
    _organisation()
    _trips()


def _organisation() -> None:
    op.create_table(
        "organisation_units_v1",
        sa.Column("org_unit_id", sa.Text, primary_key=True),
        sa.Column("parent_id", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "organisation_people_v1",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "organisation_employments_v1",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("employment_id", sa.Text, primary_key=True),
        sa.Column("org_unit_id", sa.Text, nullable=False),
        sa.Column("leader", sa.Boolean, nullable=False),
        sa.Column("from_date", sa.Date, nullable=False),
        sa.Column("to_date", sa.Date),
    )
    op.create_table(
        "organisation_changes_v1",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("events", sa.Integer, nullable=False),
    )


def _trips() -> None:
    op.create_table(
        "submitted_trips_v1",
        sa.Column("trip_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("driving_date", sa.Text, nullable=False),
        sa.Column("likeness", sa.Text, nullable=False),
        sa.Column("published", sa.Text, nullable=False),
    )
    op.create_index("submitted_trips_v1_likeness", "submitted_trips_v1", ["likeness"])
    op.create_table(
        "waiting_trips_v1",
        sa.Column("trip_id", sa.Text, primary_key=True),
        sa.Column("org_unit_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("employment_id", sa.Text, nullable=False),
        sa.Column("submitted_at", sa.Text, nullable=False),
    )
    op.create_index("waiting_trips_v1_reporter", "waiting_trips_v1", ["person_id", "employment_id", "org_unit_id"])
    op.create_index("waiting_trips_v1_order", "waiting_trips_v1", ["submitted_at", "trip_id"])
