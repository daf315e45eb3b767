"""Logins of the phone app: a name and a password a driver has made, and the tokens given for them.

Passwords are kept as scrypt hashes and tokens as SHA-256: who has the database cannot sign in. A token ends after 90
days without use, and at once when its login is deleted or made anew. Five wrong passwords close a login for a while.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import Column, Connection, Engine, Integer, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from chassis.clock import iso_utc
from chassis.errors import Conflict, Rejected
from chassis.store import reading, writing
from chassis.store.upsert import put
from trips.projections.tables import METADATA

__all__ = ["METADATA", "Login", "create", "forget_person", "holder", "of_person", "remove", "sign_in"]
TOKEN_LIVES = timedelta(days=90)
CLOSED_FOR = timedelta(minutes=15)
MOST_FAILURES: Final = 5
SHORTEST_NAME, LONGEST_NAME = 2, 50
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
_NOBODY: Final = generate_password_hash("nobody")
"""Compared with where there is no such login, so that the answer takes as long."""

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
)


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in; ``name`` is the person's own, as it was when they made the login."""

    person_id: str
    user_name: str
    name: str


def create(engine: Engine, login: Login, password: str) -> None:
    """Make the person's login, in the place of an earlier one and of its tokens.

    ``Rejected("bad_user_name")``, ``Rejected("bad_password")``; ``Conflict("user_name_taken")``.
    """
    user_name = _plain(login.user_name)
    if not SHORTEST_NAME <= len(user_name) <= LONGEST_NAME:
        raise Rejected("bad_user_name", f"a user name has {SHORTEST_NAME} to {LONGEST_NAME} characters")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Rejected("bad_password", f"a password has at least {SHORTEST_PASSWORD} characters")
    row = {"person_id": login.person_id, "user_name": user_name, "name": login.name, "failures": 0}
    row |= {"password_hash": generate_password_hash(password), "closed_until": None}
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


def sign_in(engine: Engine, user_name: str, password: str, now: datetime) -> tuple[Login, str] | None:
    """The login and a new token; None for a wrong name or password, and while the login is closed."""
    with reading(engine) as conn:
        row = conn.execute(select(logins).where(logins.c.user_name == _plain(user_name))).one_or_none()
    right = check_password_hash(_NOBODY if row is None else row.password_hash, password[:LONGEST_PASSWORD])
    if row is None or (row.closed_until or "") > iso_utc(now):
        return None
    with writing(engine) as conn:
        if not right:
            _failed(conn, row.person_id, now)
            return None
        conn.execute(update(logins).where(logins.c.person_id == row.person_id).values(failures=0, closed_until=None))
        conn.execute(delete(tokens).where(tokens.c.expires_at < iso_utc(now)))
        token = str(uuid4())
        put(conn, tokens, [_token_row(token, row.person_id, now)])
    return Login(row.person_id, row.user_name, row.name), token


def holder(engine: Engine, token: str, now: datetime) -> Login | None:
    """Whose the token is, while it holds; being used, it holds for another 90 days."""
    own = tokens.c.token_sha256 == _digest(token)
    query = select(logins, tokens.c.expires_at).join(tokens, tokens.c.person_id == logins.c.person_id).where(own)
    with reading(engine) as conn:
        row = conn.execute(query).one_or_none()
    if row is None or row.expires_at < iso_utc(now):
        return None
    with writing(engine) as conn:
        conn.execute(update(tokens).where(own).values(expires_at=iso_utc(now + TOKEN_LIVES)))
    return Login(row.person_id, row.user_name, row.name)


def _failed(conn: Connection, person_id: str, now: datetime) -> None:
    """Count a wrong password in the database itself, so that several at once are all counted."""
    own = logins.c.person_id == person_id
    conn.execute(update(logins).where(own).values(failures=logins.c.failures + 1))
    full = own & (logins.c.failures >= MOST_FAILURES)
    conn.execute(update(logins).where(full).values(failures=0, closed_until=iso_utc(now + CLOSED_FOR)))


def _token_row(token: str, person_id: str, now: datetime) -> dict[str, str]:
    return {"token_sha256": _digest(token), "person_id": person_id, "expires_at": iso_utc(now + TOKEN_LIVES)}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _plain(user_name: str) -> str:
    return user_name.strip().casefold()
