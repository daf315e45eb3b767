"""Trips' program: the commands every service has."""

from __future__ import annotations

from chassis.cli import service_cli
from trips.bootstrap import NAME, build
from trips.config import TripsConfig
from trips.service import TripsService

main = service_cli(NAME, TripsConfig, build, TripsService)

if __name__ == "__main__":
    main()
