"""An administrator sets what holds for an org unit from a date on."""

from __future__ import annotations

from chassis.errors import NotFound, Rejected
from chassis.store import UnitOfWork
from trips import facts
from trips.application.rules import Rules
from trips.domain import settings
from trips.domain.settings import AFTER_SIXTY, METHODS, OrgUnitPolicySet


def set_policy(uow: UnitOfWork, rules: Rules, wanted: OrgUnitPolicySet) -> None:
    """The unit's own settings from ``wanted.starts`` on. Trips that are reckoned from now on follow them.

    ``NotFound("unknown_unit")``; ``Rejected("policy_invalid")`` with ``errors`` for what there is no such choice of.
    """
    if not facts.is_unit(uow.conn, wanted.org_unit_id):
        raise NotFound("unknown_unit", "there is no such org unit")
    known = {"deduction": rules.policies, "default_method": METHODS, "after_sixty_days": AFTER_SIXTY}
    wrong = {name: ["unknown_value"] for name, values in known.items() if getattr(wanted, name) not in (None, *values)}
    if wrong:
        raise Rejected("policy_invalid", "these settings cannot be", errors=wrong)
    stream = settings.stream_of(wanted.org_unit_id)
    loaded = uow.load(stream, settings.evolve, settings.NOTHING_SET)
    uow.append(stream, loaded.version, settings.decide(loaded.state, wanted))
