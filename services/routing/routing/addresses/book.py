"""Where addresses are found, by configuration."""

from __future__ import annotations

from sqlalchemy import Engine

from chassis.clock import Clock
from chassis.config import current
from chassis.store.engine import is_sqlite
from routing.addresses import adressevaelger, datafordeler
from routing.addresses.editions import Editions, FileEditions
from routing.addresses.tables import TableEditions
from routing.config import RoutingConfig
from routing.domain.register import AddressBook
from routing.maps.shelf import MapAddresses, MapShelf
from routing.outside import JsonService


def address_book(config: RoutingConfig, shelf: MapShelf, engine: Engine, clock: Clock) -> AddressBook:
    key = current(config.addresses_key)
    match config.addresses:
        case "register":
            return editions(config, engine)
        case "adressevaelger":
            return adressevaelger.Adressevaelger(_service(config, adressevaelger.URL), key)
        case "datafordeler":
            return datafordeler.Datafordeler(_service(config, datafordeler.URL), key, clock)
        case _:
            return MapAddresses(shelf)


def editions(config: RoutingConfig, engine: Engine) -> Editions:
    """Where `routing addresses build` puts what it makes."""
    return FileEditions(config.addresses_folder) if is_sqlite(engine) else TableEditions(engine)


def _service(config: RoutingConfig, url: str) -> JsonService:
    return JsonService(config.addresses_url or url, config.engine_timeout_s)
