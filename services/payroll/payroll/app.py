"""The parts payroll has beyond those of every service."""

from __future__ import annotations

from dataclasses import dataclass, field

from chassis.app import App
from chassis.store import KeyVault
from payroll.config import PayrollConfig
from payroll.cpr_index import CprIndex
from payroll.domain.accounts import Administrative
from payroll.domain.opus import FileSettings
from payroll.metrics import PayrollMetrics


@dataclass(kw_only=True)
class PayrollApp(App):
    config: PayrollConfig
    cpr_index: CprIndex
    people_keys: KeyVault
    metrics: PayrollMetrics = field(init=False, default_factory=PayrollMetrics)

    @property
    def file_settings(self) -> FileSettings:
        config = self.config
        return FileSettings(config.municipality_number, config.file_header or None, config.file_encoding)

    @property
    def administrative(self) -> Administrative:
        return Administrative(self.config.administrative_prefix, self.config.administrative_account)
