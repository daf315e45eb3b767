from chassis.cli import service_cli
from lending.service import LendingConfig, LendingService, build

main = service_cli("lending", LendingConfig, build, LendingService)

if __name__ == "__main__":
    main()
