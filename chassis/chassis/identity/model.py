"""The person or program behind a request, as far as a service needs to know it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """`person_id` is opaque and the same in every service; programs have one too."""

    person_id: str
    roles: frozenset[str]
    name: str
