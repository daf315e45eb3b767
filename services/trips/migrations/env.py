from chassis.store.migrations import run
from trips.drafts import METADATA

run(METADATA)
