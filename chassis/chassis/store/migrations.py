"""What a service's ``migrations/env.py`` and first revision call, so that they hold nothing of their own."""

from __future__ import annotations

from alembic import context, op
from sqlalchemy import MetaData

from chassis.store import core_v1, core_v2
from chassis.store.tables import CORE


def core_v1_upgrade() -> None:
    """The core tables of the first release; called by each service's revision 0001."""
    core_v1.upgrade(op.get_bind())


def core_v2_upgrade() -> None:
    """What changed in the core tables since; called by one later revision of each service."""
    core_v2.upgrade(op.get_bind())


def run(*metadata: MetaData) -> None:
    """The whole of a service's ``env.py``: migrate on the connection that was handed in."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=[CORE, *metadata], transactional_ddl=False)
    context.run_migrations()
