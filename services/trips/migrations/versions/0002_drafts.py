"""Forms kept while their owner looks for an address; trips that are being measured are found without reading all."""

from alembic import op
from sqlalchemy import Column, String

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "drafts",
        Column("person_id", String, primary_key=True),
        Column("trip_id", String, primary_key=True),
        Column("form", String, nullable=False),
        Column("updated_at", String, nullable=False),
    )
    op.create_index("trip_list_v1_status", "trip_list_v1", ["status"])
