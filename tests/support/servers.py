"""The servers tests, benchmarks and trials run against: private, on free ports, gone afterwards.

`python -m tests.support.servers` starts both and prints where they listen, until it is interrupted.
"""

import signal
import sys
from contextlib import ExitStack, suppress

from tests.support.postgres import Postgres
from tests.support.processes import NotInstalledError, Program, StartError, free_ports
from tests.support.rabbitmq import RabbitMQ

__all__ = ["NotInstalledError", "Postgres", "Program", "RabbitMQ", "StartError", "free_ports", "main"]


def main() -> int:
    with ExitStack() as stack, suppress(KeyboardInterrupt):
        try:
            postgres = stack.enter_context(Postgres())
            rabbitmq = stack.enter_context(RabbitMQ())
        except NotInstalledError as missing:
            print(missing, file=sys.stderr)
            return 1
        print(postgres.new_database("mileage"), rabbitmq.new_vhost("mileage"), sep="\n", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
