from chassis.store.migrations import core_v2_upgrade

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    core_v2_upgrade()
