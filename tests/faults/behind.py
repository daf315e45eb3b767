"""A service's own program, on a clock that is behind by as many seconds as a file says at its start.

Only `chassis.clock` is turned back, from which a service takes every instant it stores or compares; the deadlines of
sockets and locks run on the monotonic clock, which never goes back on a real machine either.
"""

import importlib
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from chassis import clock


def main() -> None:
    service = sys.argv[1]
    seconds = float(Path(os.environ["CLOCK_BEHIND_FILE"]).read_text(encoding="ascii"))
    honest = clock.utc_now

    def utc_now() -> datetime:
        return honest() - timedelta(seconds=seconds)

    clock.utc_now = utc_now  # before anything else of the service is loaded, and takes the function itself
    program = importlib.import_module(f"{service}.cli").main
    sys.argv = [service, *sys.argv[2:]]
    program()


if __name__ == "__main__":
    main()
