"""What changed in the core tables."""

from chassis.store.migrations import core_v2_upgrade

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    core_v2_upgrade()
