"""Work for the processor does not hold up the greenlets of a process."""

import subprocess
import sys
import threading

import pytest

from chassis.beside import beside

PATCHED = """
import chassis.patch
import eventlet
from eventlet import patcher
from chassis.beside import beside

native = patcher.original("threading")
answered = native.Event()
others = eventlet.spawn(answered.set)
assert beside(answered.wait, 20), "the work held up the other greenlets"
try:
    beside(int, "x")
except ValueError:
    print("fine")
"""


def test_in_a_process_of_greenlets_others_go_on_while_it_works():
    done = subprocess.run([sys.executable, "-c", PATCHED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "fine"), done.stderr


def test_in_a_process_of_threads_it_works_in_any_of_them():
    found = []
    thread = threading.Thread(target=lambda: found.append(beside(int, "7")))
    thread.start()
    thread.join(10)
    assert found == [7]
    with pytest.raises(ValueError, match="invalid literal"):
        beside(int, "x")
