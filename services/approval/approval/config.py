"""Approval's configuration, read from variables that begin with APPROVAL_."""

from __future__ import annotations

import environ

from chassis.config import CommonConfig

PREFIX = "APPROVAL"


@environ.config(prefix=PREFIX, frozen=True)
class ApprovalConfig(CommonConfig):
    """Nothing beyond what every service has."""
