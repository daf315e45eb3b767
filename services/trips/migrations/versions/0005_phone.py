"""Logins and tokens of the phone app."""

from alembic import op
from sqlalchemy import Column, Integer, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "phone_logins",
        Column("person_id", String, primary_key=True),
        Column("user_name", String, nullable=False, unique=True),
        Column("password_hash", String, nullable=False),
        Column("name", String, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("closed_until", String),
    )
    op.create_table(
        "phone_tokens",
        Column("token_sha256", String(64), primary_key=True),
        Column("person_id", String, nullable=False, index=True),
        Column("expires_at", String, nullable=False),
    )
