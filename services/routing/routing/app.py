"""The parts of routing: those of every service, the shelf of maps and the book of addresses."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.app import App
from routing.domain.register import AddressBook
from routing.maps.shelf import MapShelf


@dataclass(kw_only=True)
class RoutingApp(App):
    shelf: MapShelf
    addresses: AddressBook

    def close(self) -> None:
        """Lets go of the map too: an engine that is still open when the interpreter ends complains on the screen."""
        self.shelf.close()
        super().close()
