"""Routing's read models."""

from __future__ import annotations

from chassis.projections import Projection
from routing.projections.answers import ANSWERS
from routing.projections.metadata import METADATA

PROJECTIONS: tuple[Projection, ...] = (ANSWERS,)

__all__ = ["METADATA", "PROJECTIONS"]
