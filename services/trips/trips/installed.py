"""A service that has been told to deduct by a policy it does not have does not start."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from chassis.core import Core
from chassis.errors import Unavailable
from chassis.store import reading
from trips.projections.tables import org_unit_policies


class TripsCore(Core):
    """Looks before anything runs, whichever parts of the service the process has."""

    def setup(self) -> None:
        """``Unavailable("policy_not_installed")`` when a unit's policy is not there."""
        app: Any = self.app()
        with reading(app.store.engine) as conn:
            check_installed(conn, app.rules.policies)


def check_installed(conn: Connection, installed: Collection[str]) -> None:
    """``Unavailable("policy_not_installed")``, naming them, when units have policies that are not ``installed``. The
    earlier ones of a unit count too: its open trips are reckoned by them.
    """
    table = org_unit_policies
    said = conn.execute(select(table.c.deduction).where(table.c.deduction.is_not(None)).distinct()).scalars()
    missing = ", ".join(sorted(set(said) - set(installed)))
    if missing:
        message = f"org units deduct by policies that are not installed: {missing}; install their packages first"
        raise Unavailable("policy_not_installed", message)
