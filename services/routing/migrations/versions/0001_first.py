"""The core tables and the list of measured routes."""

import sqlalchemy as sa
from alembic import op

from chassis.store.migrations import core_v1_upgrade

revision = "0001"
down_revision = None


def upgrade() -> None:
    core_v1_upgrade()
    op.create_table(
        "measured_routes_v1",
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("answered_at", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("driven_m", sa.Integer),
        sa.Column("ferry_m", sa.Integer),
        sa.Column("graph_id", sa.Text),
        sa.Column("profile", sa.Text),
    )
