"""What of a submitted trip is paid as taxable wages."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("submitted_trips_v1", Column("taxable_m", Integer, nullable=False, server_default="0"))
