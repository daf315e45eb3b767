"""What a service has promised: to others by its published events, and to itself by the events it has stored."""

from chassis.contracts.compatibility import incompatibilities
from chassis.contracts.consumed import unkept
from chassis.contracts.published import EventContract, asyncapi, read_contract

__all__ = ["EventContract", "asyncapi", "incompatibilities", "read_contract", "unkept"]
