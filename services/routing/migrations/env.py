"""Routing's migrations run on the connection the chassis hands in."""

from chassis.store.migrations import run
from routing.projections import METADATA

run(METADATA)
