"""Whether a submitted trip was driven with a trailer."""

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("submitted_trips_v1", Column("trailer", Boolean, nullable=False, server_default=false()))
