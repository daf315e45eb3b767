"""Routing's configuration: the common variables, and what its maps need."""

from __future__ import annotations

from pathlib import Path

import environ

from chassis.config import CommonConfig, whole_number

MAPS_FOLDER = "maps"


@environ.config(prefix="ROUTING", frozen=True)
class RoutingConfig(CommonConfig):
    """Maps lie in the folder ``maps`` of DATA_DIR."""

    leg_cache_size: int = environ.var(
        default=5000,
        converter=whole_number(0, 1_000_000),
        help="How many measured legs are kept in memory; a leg with its line takes about 2 kB.",
    )

    @property
    def maps_folder(self) -> Path:
        return Path(self.data_dir) / MAPS_FOLDER
