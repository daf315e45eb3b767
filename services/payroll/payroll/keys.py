"""The secret of the index of CPR numbers: from the configuration, or made once where one process is everything."""

from __future__ import annotations

from chassis.config import ConfigError
from chassis.keys import SHARED_BY_ALL, data_folder, key_of, missing_keys
from payroll.config import PREFIX, PayrollConfig


def read_pepper(config: PayrollConfig, service: str) -> bytes:
    """32 bytes. ConfigError, with what else of the keys is missing, when the database is shared and it is not given."""
    problems = missing_keys(config, service)
    if not config.cpr_pepper and not config.database_url.startswith("sqlite"):
        problems.append(f"{PREFIX}_CPR_PEPPER {SHARED_BY_ALL}")
    if problems:
        raise ConfigError(problems)
    return key_of(f"{PREFIX}_CPR_PEPPER", config.cpr_pepper, data_folder(config) / "payroll-pepper.key")
