"""Events between services: the relay that publishes them, the subscriptions that take them in, and dead letters."""

from chassis.bus.dead_letters import DeadLetter, DeadLetters, Decision, Replayed
from chassis.bus.envelope import Envelope
from chassis.bus.extensions import ProjectionLoop, Relay, Subscription, subscriptions_of
from chassis.bus.feeds import FeedReader, HttpFeed, LocalFeed, parse_page, render_page
from chassis.bus.handling import Handling, caused_by, each
from chassis.bus.inbox import Cursor, inbox_status, resume
from chassis.bus.relay import RelayStatus, relay_status

__all__ = [
    "Cursor", "DeadLetter", "DeadLetters", "Decision", "Envelope", "FeedReader", "Handling", "HttpFeed", "LocalFeed",
    "ProjectionLoop", "Relay", "RelayStatus", "Replayed", "Subscription", "caused_by", "each", "inbox_status",
    "parse_page", "relay_status", "render_page", "resume", "subscriptions_of",
]  # fmt: skip
