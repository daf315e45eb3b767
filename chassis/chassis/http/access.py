"""Who may call an endpoint. Every route says it; a test can walk through all routes and all roles."""

from dataclasses import dataclass

from chassis.errors import Forbidden, Unauthenticated
from chassis.identity import Identity


@dataclass(frozen=True)
class Access:
    """`roles` empty and `signed_in`: any person. `loopback`: also anybody on the machine itself, asking directly."""

    signed_in: bool
    roles: frozenset[str] = frozenset()
    loopback: bool = False

    def names(self) -> list[str]:
        """For the documentation: the roles, or what stands in for them."""
        if not self.signed_in:
            return ["anyone"]
        return sorted(self.roles) or ["signed-in"]

    def admit(self, identity: Identity | None, *, from_this_machine: bool) -> None:
        """:raises Unauthenticated: when nobody is signed in and somebody must be.
        :raises Forbidden: when the person has none of the roles.
        """
        if not self.signed_in or (self.loopback and from_this_machine):
            return
        if identity is None:
            raise Unauthenticated("not_signed_in", "You must be signed in.")
        if self.roles and not self.roles & identity.roles:
            raise Forbidden("role_missing", f"This needs the role {' or '.join(sorted(self.roles))}.")


ANYONE = Access(signed_in=False)
SIGNED_IN = Access(signed_in=True)


def roles(*names: str) -> Access:
    """Whoever has at least one of the roles."""
    return Access(signed_in=True, roles=frozenset(names))


def roles_or_loopback(*names: str) -> Access:
    """As `roles`, and whoever asks from the machine itself without a proxy in between."""
    return Access(signed_in=True, roles=frozenset(names), loopback=True)
