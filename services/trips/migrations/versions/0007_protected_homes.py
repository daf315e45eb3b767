"""A home may be protected; those payroll has told of until now are not."""

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("homes_v1", Column("is_protected", Boolean, nullable=False, server_default=false()))
