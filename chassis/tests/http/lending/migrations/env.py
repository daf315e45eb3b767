from chassis.store.migrations import run

run()
