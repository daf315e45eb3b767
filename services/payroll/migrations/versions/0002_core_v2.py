"""What changed in the core tables, and who was erased."""

import sqlalchemy as sa
from alembic import op

from chassis.store.migrations import core_v2_upgrade

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    core_v2_upgrade()
    op.create_table(
        "erasures_v1",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("erased_at", sa.Text, nullable=False),
        sa.Column("confirmed", sa.Text, nullable=False),
        sa.Column("waiting", sa.Integer, nullable=False),
    )
