"""Projections: read models folded from the own log, or from another service's feed.

A projection's rows and its checkpoint move in one transaction, so an event counts exactly once, however often the
process dies. It has no side effects and can be rebuilt from nothing at any time, beside the one that is read.
"""

from chassis.projections.model import OWN_LOG, Feed, Projection, ProjectionSet, ProjectionStatus
from chassis.projections.reading import without_held
from chassis.projections.runner import ProjectionRunner
from chassis.projections.sets import give_up_all

__all__ = [
    "OWN_LOG", "Feed", "Projection", "ProjectionRunner", "ProjectionSet", "ProjectionStatus", "give_up_all",
    "without_held",
]  # fmt: skip
