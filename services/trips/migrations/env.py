from chassis.store.migrations import run
from trips.phone.logins import METADATA

run(METADATA)
