"""Routing's configuration: the common variables, its engine and where its addresses come from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import environ

from chassis.config import CommonConfig, ConfigError, Secret, choice, whole_number
from routing.domain.route import PROFILES

MAPS_FOLDER = "maps"
ADDRESSES_FOLDER = "addresses"
ADDRESSES_KEY_HELP = "The token of adressevaelger, or the API key of datafordeler."


def http_url(value: str) -> str:
    """Errors name the host and logs the address, so it holds nothing that is secret."""
    if "@" in value.rsplit("://", maxsplit=1)[-1].partition("/")[0]:
        raise ValueError("must hold no user and no password: addresses are shown and logged")
    if value and not value.startswith(("http://", "https://")):
        raise ValueError(f"must begin with http:// or https://, not {value!r}")
    if value and not _has_host(value):
        raise ValueError("must be an address with a host, and a port that is a number")
    return value


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def server_urls(value: str | Mapping[str, str]) -> Mapping[str, str]:
    """`car-fastest=http://host:5000,…` as a mapping from profile to address; every profile has one, or none has."""
    if isinstance(value, Mapping):
        return value
    urls = {}
    for part in filter(None, (piece.strip() for piece in value.split(","))):
        profile, _, url = part.partition("=")
        if not http_url(url) or profile not in PROFILES:
            raise ValueError(f"must read profile=http://…, comma separated; {part!r} does not")
        urls[profile] = url
    missing = [profile for profile in PROFILES if profile not in urls]
    if urls and missing:
        raise ValueError(f"must name a server for every profile; {', '.join(missing)} has none")
    return urls


@environ.config(prefix="ROUTING", frozen=True)
class RoutingConfig(CommonConfig):
    """Maps lie in the folder ``maps`` of DATA_DIR, address files in ``addresses``."""

    engine: str = environ.var(
        default="osrm",
        converter=choice("osrm", "osrm-http", "valhalla-http"),
        help="What measures: osrm in this process, osrm-http (osrm-routed, one server per profile) or valhalla-http.",
    )
    osrm_urls: Mapping[str, str] = environ.var(
        default="",
        converter=server_urls,
        help="For osrm-http: car-fastest=http://host:5000,car-shortest=…,bicycle=…; {map_id} in an address becomes the "
        "id of the current map, where each map has servers of its own.",
    )
    valhalla_url: str = environ.var(
        default="", converter=http_url, help="For valhalla-http: http://host:8002; may hold {map_id}, as above."
    )
    engine_timeout_s: int = environ.var(
        default=10,
        converter=whole_number(1, 60),
        help="How long an engine or an address service over HTTP is waited for; after that the question waits.",
    )
    addresses: str = environ.var(
        default="map",
        converter=choice("map", "register", "adressevaelger", "datafordeler"),
        help="Where addresses are found: map (those of the current map's file), register (made by `routing addresses "
        "build`, kept in the database when that is PostgreSQL, else in the data folder), or the public services "
        "adressevaelger and datafordeler.",
    )
    addresses_url: str = environ.var(
        default="", converter=http_url, help="Another address for adressevaelger or datafordeler. Empty: their own."
    )
    addresses_key: str = environ.var(default="", converter=Secret, help=ADDRESSES_KEY_HELP)
    leg_cache_size: int = environ.var(
        default=5000,
        converter=whole_number(0, 1_000_000),
        help="How many measured legs are kept in memory; a leg with its line takes about 2 kB.",
    )

    def __attrs_post_init__(self) -> None:
        """:raises ConfigError: when a choice needs a variable that is not set"""
        needed = {
            ("engine", "osrm-http"): ("OSRM_URLS", self.osrm_urls),
            ("engine", "valhalla-http"): ("VALHALLA_URL", self.valhalla_url),
            ("addresses", "adressevaelger"): ("ADDRESSES_KEY", self.addresses_key),
            ("addresses", "datafordeler"): ("ADDRESSES_KEY", self.addresses_key),
        }
        problems = [
            f"ROUTING_{name} is missing; ROUTING_{attribute.upper()}={chosen} needs it."
            for (attribute, chosen), (name, value) in needed.items()
            if getattr(self, attribute) == chosen and not value
        ]
        if problems:
            raise ConfigError(problems)

    @property
    def maps_folder(self) -> Path:
        return Path(self.data_dir) / MAPS_FOLDER

    @property
    def addresses_folder(self) -> Path:
        return Path(self.data_dir) / ADDRESSES_FOLDER
