"""The list of address registers in this database; their own tables come and go with them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "address_editions_v1",
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("data_date", sa.Text),
        sa.Column("address_count", sa.Integer, nullable=False),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
    )
