"""Alembic's entry: migrates on the connection the service hands in."""

from chassis.store.migrations import run
from payroll.projections import METADATA

run(METADATA)
