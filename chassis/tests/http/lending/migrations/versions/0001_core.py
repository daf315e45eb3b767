from chassis.store.migrations import core_v1_upgrade

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    core_v1_upgrade()
