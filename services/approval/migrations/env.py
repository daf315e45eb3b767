"""Alembic's entry: migrates on the connection the service hands in."""

from approval.projections import METADATA
from chassis.store.migrations import run

run(METADATA)
