"""The parts of routing: those of every service, and the shelf of maps."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.app import App
from routing.maps.shelf import MapShelf


@dataclass(kw_only=True)
class RoutingApp(App):
    shelf: MapShelf
