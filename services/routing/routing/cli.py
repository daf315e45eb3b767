"""The program `routing`: what every service can do, its maps and its address registers."""

from __future__ import annotations

from chassis.cli import service_cli
from routing import bootstrap
from routing.addresses.commands import addresses
from routing.config import RoutingConfig
from routing.maps.commands import maps
from routing.service import RoutingService

main = service_cli(bootstrap.NAME, RoutingConfig, bootstrap.build, RoutingService)
main.add_command(maps)
main.add_command(addresses)

if __name__ == "__main__":
    main()
