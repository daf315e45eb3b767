"""The dependencies of all three services: a database session, and who is calling."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import jwt
from nameko.exceptions import BadRequest
from nameko.extensions import DependencyProvider
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker


class Database(DependencyProvider):
    """A session for each worker, closed when the worker is done: as nameko-sqlalchemy's ``DatabaseSession``."""

    def setup(self) -> None:
        self.engine = create_engine(self.container.config["DB_URIS"][self.container.service_name], pool_size=20)
        self.make_session = sessionmaker(self.engine)
        self.sessions: WeakKeyDictionary[Any, Session] = WeakKeyDictionary()

    def stop(self) -> None:
        self.engine.dispose()

    def get_dependency(self, worker_ctx: Any) -> Session:
        session = self.sessions[worker_ctx] = self.make_session()
        return session

    def worker_teardown(self, worker_ctx: Any) -> None:
        self.sessions.pop(worker_ctx).close()


class Callers(DependencyProvider):
    """Says whose token a request carries."""

    def setup(self) -> None:
        document = json.loads(Path(self.container.config["JWKS"]).read_text())
        self.keys = {entry["kid"]: jwt.PyJWK(entry) for entry in document["keys"]}

    def get_dependency(self, _worker_ctx: Any) -> Any:
        return self.person_of

    def person_of(self, request: Any) -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            key = self.keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="services", issuer="identity")
        except (jwt.PyJWTError, KeyError) as error:
            raise BadRequest("not signed in") from error
        return str(claims["sub"])


class Configured(DependencyProvider):
    """The configuration of the container."""

    def get_dependency(self, _worker_ctx: Any) -> Any:
        return self.container.config
