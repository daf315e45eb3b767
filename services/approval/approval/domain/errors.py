"""What approval refuses, each with a stable code that people's sentences hang on."""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, NotFound, Rejected


class UnknownTrip(NotFound):
    def __init__(self, trip_id: str) -> None:
        super().__init__("unknown_trip", "No trip with this id is known here.", trip_id=trip_id)


class OwnTrip(Forbidden):
    """Nobody decides what they are to be paid themselves."""

    def __init__(self) -> None:
        super().__init__("own_trip", "Nobody decides a trip of their own.")


class NotYourTrip(Forbidden):
    def __init__(self) -> None:
        super().__init__("not_your_trip", "This trip is not yours to decide.")


class OtherRevision(Conflict):
    """What was decided on is not what now waits: nobody approves what they did not see."""

    def __init__(self, decided: int, current: int) -> None:
        super().__init__(
            "other_revision",
            f"The decision is on revision {decided}, but the trip is at revision {current}.",
            revision=current,
        )


class AlreadyDecided(Conflict):
    def __init__(self, status: str) -> None:
        super().__init__("already_decided", f"The trip is {status} already.", status=status)


class CommentMissing(Rejected):
    def __init__(self) -> None:
        super().__init__("comment_missing", "A rejection needs a comment that says why.")


class BadAccount(Rejected):
    def __init__(self) -> None:
        super().__init__("bad_account", "An account has exactly ten digits and goes with an approval.")
