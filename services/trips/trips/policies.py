"""The deduction policies on offer: the five of the house, and those a municipality has installed.

A package offers one as an entry point of the group ``mileage.deduction_policies``; nothing here needs to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from trips.domain.deduction import POLICIES, Policy

GROUP: Final = "mileage.deduction_policies"


def offered(installed: Iterable[EntryPoint] | None = None) -> Mapping[str, Policy]:
    """Every policy by name: those of the house cannot be replaced.

    ``ValueError`` for an installed one with a name of the house's, and for one that cannot be called; whatever loading
    it raises. The service then does not start, because it could not reckon what it has promised.
    """
    found: dict[str, Policy] = dict(POLICIES)
    for point in entry_points(group=GROUP) if installed is None else installed:
        policy = point.load()
        if point.name in found or not callable(policy):
            message = f"the deduction policy {point.name} ({point.value}) is taken, or is no function"
            raise ValueError(message)
        found[point.name] = policy
    return found
