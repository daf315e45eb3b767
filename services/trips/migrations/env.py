from chassis.store.migrations import run
from trips.projections import METADATA

run(METADATA)
