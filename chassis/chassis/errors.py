"""The errors a service raises: the *type* decides what happens next, on HTTP and on the bus.

``Rejected`` can be mended by the caller, ``Conflict`` by loading again, ``Unavailable`` by waiting,
``Unreadable`` by nobody: the message is parked for a person to look at.
"""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """An error that is part of the service's language: a stable ``code`` and a sentence for people.

    ``details`` are JSON values that help the caller; they never hold personal data.
    """

    status = 500

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class Rejected(ServiceError):
    """The request breaks a rule; the caller can mend it. Nothing was stored."""

    status = 422


class Invalid(Rejected):
    """The request cannot be read as what it should be; ``details["errors"]`` names the fields."""

    status = 400


class Unauthenticated(Rejected):
    """Nobody is signed in, or the token is not good."""

    status = 401


class Forbidden(Rejected):
    """The caller is known and may not do this."""

    status = 403


class NotFound(Rejected):
    """There is no such thing, or the caller may not know that there is."""

    status = 404


class TooLarge(Rejected):
    """The body is larger than this endpoint takes."""

    status = 413


class Conflict(ServiceError):
    """What the caller saw is no longer so: load again and decide again."""

    status = 409


class Unreadable(ServiceError):
    """A message that will never be understood, however often it is tried: park it at once."""

    status = 422


class Unavailable(ServiceError):
    """Something needed is away for now: try again later, nothing is lost."""

    status = 503
