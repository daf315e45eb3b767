"""A token of the phone app ends some time after its sign-in, however much it is used; those there are end now."""

from alembic import op
from sqlalchemy import Column, String

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("phone_tokens", Column("ends_at", String, nullable=False, server_default=""))
