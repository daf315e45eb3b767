"""All services in one process: their configurations, their SQLite files, and who reads whose feed directly.

The only place of the embedded system that names the services' classes.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import approval.bootstrap
import approval.config
import approval.service
import payroll.bootstrap
import payroll.config
import payroll.service
import routing.bootstrap
import routing.config
import routing.service
import trips.bootstrap
import trips.config
import trips.service
from chassis.app import App
from chassis.bus import FeedReader, LocalFeed
from chassis.config import CommonConfig, load
from chassis.store import migrate, open_engine

_DEMO_SETTINGS = {"payroll": {"FILE_HEADER": "999 Havnby Kommune"}}


@dataclass(frozen=True)
class Part:
    """One service: its nameko class, its configuration, how it is built, and whose events it listens to."""

    name: str
    service: type
    config: type[CommonConfig]
    build: Any
    listens_to: tuple[str, ...]


PARTS = (
    Part(
        "trips",
        trips.service.TripsService,
        trips.config.TripsConfig,
        trips.bootstrap.build,
        ("routing", "approval", "payroll"),
    ),
    Part(
        "approval",
        approval.service.ApprovalService,
        approval.config.ApprovalConfig,
        approval.bootstrap.build,
        ("trips", "payroll"),
    ),
    Part(
        "payroll",
        payroll.service.PayrollService,
        payroll.config.PayrollConfig,
        payroll.bootstrap.build,
        ("trips", "approval", "routing"),
    ),
    Part(
        "routing",
        routing.service.RoutingService,
        routing.config.RoutingConfig,
        routing.bootstrap.build,
        ("trips", "payroll"),
    ),
)


def build_apps(common: Mapping[str, str], data_dir: Path) -> dict[str, App]:
    """Every service's parts on its own migrated database below `data_dir`.

    `common` has the variables all of them share, without prefix; what the environment says of a single service
    (TRIPS_DEDUCTION_POLICY …) is heard too.
    """
    feeds: dict[str, dict[str, FeedReader]] = {part.name: {} for part in PARTS}
    apps: dict[str, App] = {}
    for part in PARTS:
        config = _configuration(part, common, data_dir)
        _migrate(part, config)
        apps[part.name] = part.build(config, feeds=feeds[part.name])
    for part in PARTS:
        feeds[part.name].update({source: LocalFeed(apps[source].store) for source in part.listens_to})
    return apps


def _configuration(part: Part, common: Mapping[str, str], data_dir: Path) -> CommonConfig:
    folder = data_dir / part.name
    folder.mkdir(parents=True, exist_ok=True)
    own = {"DATABASE_URL": f"sqlite:///{folder}/{part.name}.db", "DATA_DIR": str(folder)}
    own |= _DEMO_SETTINGS.get(part.name, {})
    prefix = f"{part.name.upper()}_"
    given = {f"{prefix}{name}": value for name, value in {**common, **own}.items()}
    said = {name: value for name, value in os.environ.items() if name.startswith(prefix)}
    return load(part.config, {**given, **said})


def _migrate(part: Part, config: CommonConfig) -> None:
    engine = open_engine(config.database_url)
    try:
        migrate.upgrade(engine, part.name)
    finally:
        engine.dispose()
