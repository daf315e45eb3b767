"""Running a service's alembic migrations from where they lie: inside the installed package, or beside it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from chassis.store.engine import reading, writing


def resource(package: str, name: str) -> Path:
    """The folder ``name`` of a service (``migrations``, ``contract``): in the wheel, or in the source tree."""
    inside = Path(str(import_module(package).__file__)).parent / name
    return inside if inside.is_dir() else inside.parent.parent / name


def upgrade(engine: Engine, package: str, revision: str = "head") -> None:
    """Bring the database to ``revision``; nothing happens when it is there already."""
    with writing(engine) as conn:
        config = _config(package)
        config.attributes["connection"] = conn
        command.upgrade(config, revision)


def current(engine: Engine) -> str | None:
    """The revision the database is at, or None when it has never been migrated."""
    with reading(engine) as conn:
        return MigrationContext.configure(conn).get_current_revision()


def head(package: str) -> str | None:
    """The newest revision the code knows."""
    return ScriptDirectory.from_config(_config(package)).get_current_head()


def _config(package: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource(package, "migrations")))
    return config
