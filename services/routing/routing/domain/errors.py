"""Why a route cannot be measured. Final ones are an answer; ``EngineUnavailable`` is a reason to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chassis.errors import Rejected, Unavailable

if TYPE_CHECKING:
    from routing.domain.address import Address


class NotMeasurable(Rejected):
    """No distance exists for what was asked, and asking again on the same map gives the same."""

    def __init__(self, code: str, message: str, *, point_index: int | None = None, **details: object) -> None:
        super().__init__(code, message, point_index=point_index, **details)
        self.point_index = point_index


class OutsideArea(NotMeasurable):
    """A point lies outside the map (often: longitude and latitude exchanged)."""

    def __init__(self, point_index: int) -> None:
        super().__init__("outside_area", "The place is outside the map.", point_index=point_index)


class NoRoadNear(NotMeasurable):
    """No road for this profile within the snap limit: the sea, a forest, an islet."""

    def __init__(self, point_index: int) -> None:
        super().__init__("no_road_near", "There is no road within 500 m of the place.", point_index=point_index)


class NoRoute(NotMeasurable):
    """Both ends are on roads, and no road or ferry of the map joins them."""

    def __init__(self) -> None:
        super().__init__("no_route", "No road and no ferry joins the two places.")


class NotRoutable(NotMeasurable):
    """The engine refuses the question itself, whoever asks it and however often."""

    def __init__(self) -> None:
        super().__init__("not_routable", "The engine cannot measure between the two places.")


class UnknownAddress(NotMeasurable):
    """The id or the text names no address of the index."""

    def __init__(self, point_index: int | None = None) -> None:
        super().__init__("unknown_address", "The address is not known.", point_index=point_index)


class AmbiguousAddress(NotMeasurable):
    """The text fits several addresses; a person must choose."""

    def __init__(self, candidates: tuple[Address, ...], point_index: int | None = None) -> None:
        super().__init__(
            "ambiguous_address",
            "Several addresses fit: " + "; ".join(address.text for address in candidates),
            point_index=point_index,
            candidates=[{"address_id": one.address_id, "text": one.text} for one in candidates],
        )
        self.candidates = candidates


class EngineUnavailable(Unavailable):
    """No map has been built, or its files cannot be used: mended by an operator, so waiting is right.

    ``str()`` tells the operator why; callers get the sentence in ``message``, which names no files.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("engine_unavailable", "Distances cannot be measured and addresses not found right now.")
        self.reason = reason

    def __str__(self) -> str:
        return self.reason
