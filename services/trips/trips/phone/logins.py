"""Logins of the phone app: a name and a password a driver has made, and the tokens given for them.

Passwords are kept as scrypt hashes and tokens as SHA-256: who has the database cannot sign in. A token ends after 90
days without use, a year after its sign-in, and at once when its login is deleted or made anew. Five wrong passwords
close a login for a while. Neither is of use to somebody without an employment, see :mod:`trips.phone.rights`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from chassis.clock import iso_utc, local_date
from chassis.errors import Conflict, Rejected
from chassis.store import reading, writing
from chassis.store.upsert import put
from trips.phone import hashing, rights
from trips.projections.tables import METADATA

__all__ = ["METADATA", "Login", "create", "forget_left", "forget_person", "holder", "of_person", "remove", "sign_in"]
TOKEN_LIVES = timedelta(days=90)
"""Without use."""
TOKEN_ENDS_AFTER = timedelta(days=365)
"""However much it is used."""
CLOSED_FOR = timedelta(minutes=15)
MOST_FAILURES: Final = 5
SHORTEST_NAME, LONGEST_NAME = 2, 50
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200

logins = Table(
    "phone_logins",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("user_name", String, nullable=False, unique=True),
    Column("password_hash", String, nullable=False),
    Column("name", String, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("closed_until", String),
)
tokens = Table(
    "phone_tokens",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    Column("person_id", String, nullable=False, index=True),
    Column("expires_at", String, nullable=False),
    Column("ends_at", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in; ``name`` is the person's own, as it was when they made the login."""

    person_id: str
    user_name: str
    name: str


def create(engine: Engine, login: Login, password: str) -> None:
    """Make the person's login, in the place of an earlier one and of its tokens.

    ``Rejected("bad_user_name")``, ``Rejected("bad_password")``; ``Conflict("user_name_taken")``;
    ``Unavailable("try_later")``.
    """
    user_name = _plain(login.user_name)
    if not SHORTEST_NAME <= len(user_name) <= LONGEST_NAME:
        raise Rejected("bad_user_name", f"a user name has {SHORTEST_NAME} to {LONGEST_NAME} characters")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Rejected("bad_password", f"a password has at least {SHORTEST_PASSWORD} characters")
    row = {"person_id": login.person_id, "user_name": user_name, "name": login.name, "failures": 0}
    row |= {"password_hash": hashing.hashed(password), "closed_until": None}
    try:
        with writing(engine) as conn:
            forget_person(conn, login.person_id)
            conn.execute(insert(logins).values(row))
    except IntegrityError as error:
        raise Conflict("user_name_taken", "somebody else has this user name") from error


def remove(engine: Engine, person_id: str) -> None:
    """The login and its tokens are gone."""
    with writing(engine) as conn:
        forget_person(conn, person_id)


def forget_person(conn: Connection, person_id: str) -> None:
    """As :func:`remove`, inside a transaction."""
    conn.execute(delete(tokens).where(tokens.c.person_id == person_id))
    conn.execute(delete(logins).where(logins.c.person_id == person_id))


def of_person(engine: Engine, person_id: str) -> Login | None:
    """The person's login."""
    with reading(engine) as conn:
        row = conn.execute(select(logins).where(logins.c.person_id == person_id)).one_or_none()
    return None if row is None else Login(row.person_id, row.user_name, row.name)


def forget_left(conn: Connection, person_id: str, now: datetime) -> None:
    """As :func:`remove`, inside a transaction, if the person's last employment is over."""
    if rights.has_left(conn, person_id, local_date(now)):
        forget_person(conn, person_id)


def sign_in(engine: Engine, user_name: str, password: str, now: datetime) -> tuple[Login, str] | None:
    """The login and a new token; None for a wrong name or password, while the login is closed, and for somebody
    without an employment. ``Unavailable("try_later")``.

    An unknown name is compared and counted as a known one is. What was read before the comparison is asked again in
    the statement that lets the person in: others may have closed or changed the login meanwhile.
    """
    with reading(engine) as conn:
        row = conn.execute(select(logins).where(logins.c.user_name == _plain(user_name))).one_or_none()
    kept = hashing.NOBODYS if row is None else row.password_hash
    right = hashing.matches(kept, password[:LONGEST_PASSWORD])
    with writing(engine) as conn:
        if row is None or not right:
            _failed(conn, "" if row is None else row.person_id, now)
            return None
        if not _let_in(conn, row.person_id, kept, now) or not _may(conn, row.person_id, now):
            return None
        token = _new_token(conn, row.person_id, now)
    return Login(row.person_id, row.user_name, row.name), token


def holder(engine: Engine, token: str, now: datetime) -> Login | None:
    """Whose the token is, while it holds and they may use it; being used, it holds for another 90 days, at most until
    a year after its sign-in.
    """
    own = tokens.c.token_sha256 == _digest(token)
    joined = select(logins, tokens.c.expires_at, tokens.c.ends_at)
    query = joined.join(tokens, tokens.c.person_id == logins.c.person_id).where(own)
    with reading(engine) as conn:
        row = conn.execute(query).one_or_none()
    if row is None or min(row.expires_at, row.ends_at) < iso_utc(now):
        return None
    with writing(engine) as conn:
        if not _may(conn, row.person_id, now):
            return None
        conn.execute(update(tokens).where(own).values(expires_at=iso_utc(now + TOKEN_LIVES)))
    return Login(row.person_id, row.user_name, row.name)


def _may(conn: Connection, person_id: str, now: datetime) -> bool:
    """Whether the person may use the phone; who never may again is forgotten."""
    forget_left(conn, person_id, now)
    return rights.may_use(conn, person_id, local_date(now))


def _let_in(conn: Connection, person_id: str, password_hash: str, now: datetime) -> bool:
    """Whether the login is open and still has the password that was compared; its failures are over."""
    own = (logins.c.person_id == person_id) & (logins.c.password_hash == password_hash) & _open(now)
    return conn.execute(update(logins).where(own).values(failures=0, closed_until=None)).rowcount == 1


def _failed(conn: Connection, person_id: str, now: datetime) -> None:
    """Count a wrong password in the database itself, so that several at once are all counted; while the login is
    closed none is.
    """
    own = (logins.c.person_id == person_id) & _open(now)
    conn.execute(update(logins).where(own).values(failures=logins.c.failures + 1))
    full = own & (logins.c.failures >= MOST_FAILURES)
    conn.execute(update(logins).where(full).values(failures=0, closed_until=iso_utc(now + CLOSED_FOR)))


def _open(now: datetime) -> ColumnElement[bool]:
    return or_(logins.c.closed_until.is_(None), logins.c.closed_until <= iso_utc(now))


def _new_token(conn: Connection, person_id: str, now: datetime) -> str:
    """A token beside those the person has; what has ended is cleared away."""
    over = or_(tokens.c.expires_at < iso_utc(now), tokens.c.ends_at < iso_utc(now))
    conn.execute(delete(tokens).where(over))
    token = str(uuid4())
    put(conn, tokens, [_token_row(token, person_id, now)])
    return token


def _token_row(token: str, person_id: str, now: datetime) -> dict[str, str]:
    ends = {"expires_at": iso_utc(now + TOKEN_LIVES), "ends_at": iso_utc(now + TOKEN_ENDS_AFTER)}
    return {"token_sha256": _digest(token), "person_id": person_id, **ends}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _plain(user_name: str) -> str:
    return user_name.strip().casefold()
