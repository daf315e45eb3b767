"""What a service has promised: to others by its published events, and to itself by the events it has stored."""

from chassis.contracts.compatibility import incompatibilities
from chassis.contracts.consumed import unkept
from chassis.contracts.published import EventContract, asyncapi, read_contract
from chassis.contracts.released import broken_promises, golden_files
from chassis.contracts.stored import GoldenFiles

__all__ = [
    "EventContract", "GoldenFiles", "asyncapi", "broken_promises", "golden_files", "incompatibilities", "read_contract",
    "unkept",
]  # fmt: skip
