"""The settings of org units, and each person's driving record."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, String

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "org_unit_policies_v1",
        Column("org_unit_id", String, primary_key=True),
        Column("from_date", String(10), primary_key=True),
        Column("deduction", String),
        Column("without_extra_allowed", Boolean),
        Column("four_km_allowed", Boolean),
        Column("default_method", String),
        Column("after_sixty_days", String),
    )
    op.create_table(
        "driving_record_v1",
        Column("person_id", String, primary_key=True),
        Column("entry_id", String, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("kind", String, nullable=False),
        Column("day", String(10), nullable=False),
        Column("home_legs", String, nullable=False),
        Column("worked_at", String, nullable=False),
    )
    op.create_index("driving_record_v1_day", "driving_record_v1", ["person_id", "day"])
