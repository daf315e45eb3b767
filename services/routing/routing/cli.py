"""The program `routing`: what every service can do, and its maps."""

from __future__ import annotations

from chassis.cli import service_cli
from routing import bootstrap
from routing.config import RoutingConfig
from routing.maps.commands import maps
from routing.service import RoutingService

main = service_cli(bootstrap.NAME, RoutingConfig, bootstrap.build, RoutingService)
main.add_command(maps)

if __name__ == "__main__":
    main()
