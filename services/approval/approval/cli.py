"""Approval's program: the commands every service has."""

from __future__ import annotations

from approval.bootstrap import NAME, build
from approval.config import ApprovalConfig
from approval.service import ApprovalService
from chassis.cli import service_cli

main = service_cli(NAME, ApprovalConfig, build, ApprovalService)

if __name__ == "__main__":
    main()
