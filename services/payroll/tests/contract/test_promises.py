"""What was promised is kept: events stored by any release are read, and listeners of any release are served."""

from chassis.contracts import broken_promises, golden_files


def test_every_event_ever_stored_is_read_as_it_was():
    """After a change that is meant: make contracts."""
    faults = golden_files("payroll").faults()
    assert not faults, "\n".join(faults)


def test_what_is_published_keeps_the_promises_of_the_last_release():
    broken = broken_promises("payroll")
    assert not broken, "\n".join(broken)
