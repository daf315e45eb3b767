"""The event store: streams, a dense log, a published feed, repeatable commands, hash chains, sealed fields."""

from chassis.store.codec import EventCodec
from chassis.store.engine import open_engine, reading, writing
from chassis.store.event_store import EventStore
from chassis.store.model import (
    Context,
    FeedEntry,
    FeedPage,
    Loaded,
    LogPage,
    Meta,
    Outcome,
    Published,
    Recorded,
    VersionConflict,
)
from chassis.store.sealing import ERASED, Personal, PersonalFields, Sealer
from chassis.store.unit_of_work import UnitOfWork
from chassis.store.vault import KeyVault

__all__ = [
    "ERASED", "Context", "EventCodec", "EventStore", "FeedEntry", "FeedPage", "KeyVault", "Loaded", "LogPage", "Meta",
    "Outcome", "Personal", "PersonalFields", "Published", "Recorded", "Sealer", "UnitOfWork", "VersionConflict",
    "open_engine", "reading", "writing",
]  # fmt: skip
