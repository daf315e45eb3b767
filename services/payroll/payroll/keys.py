"""The two secrets of the CPR numbers: from the configuration, or made once where one process is everything."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from chassis.config import ConfigError
from payroll.config import PREFIX, PayrollConfig

KEY_BYTES = 32


@dataclass(frozen=True)
class Secrets:
    """`master_key` wraps the keys of people, `pepper` keys the index of CPR numbers; 32 bytes each."""

    keys_database_url: str = field(repr=False)
    master_key: bytes = field(repr=False)
    pepper: bytes = field(repr=False)


def read_secrets(config: PayrollConfig) -> Secrets:
    """ConfigError when one is missing while the database is shared, or is not 32 bytes in hexadecimal digits."""
    folder = Path(config.data_dir)
    if config.database_url.startswith("sqlite"):
        folder.mkdir(parents=True, exist_ok=True)
    else:
        _demand(config)
    return Secrets(
        config.keys_database_url or f"sqlite:///{folder.resolve() / 'payroll-keys.db'}",
        _key(f"{PREFIX}_MASTER_KEY", config.master_key, folder / "payroll-master.key"),
        _key(f"{PREFIX}_CPR_PEPPER", config.cpr_pepper, folder / "payroll-pepper.key"),
    )


def _demand(config: PayrollConfig) -> None:
    given = {
        "KEYS_DATABASE_URL": config.keys_database_url,
        "MASTER_KEY": config.master_key,
        "CPR_PEPPER": config.cpr_pepper,
    }
    missing = [
        f"{PREFIX}_{name} is missing: several processes must share it." for name, value in given.items() if not value
    ]
    if missing:
        raise ConfigError(missing)


def _key(name: str, given: str, file: Path) -> bytes:
    if not given:
        given = _kept(file)
        name = str(file)
    try:
        key = bytes.fromhex(given)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError([f"{name} must be {2 * KEY_BYTES} hexadecimal digits."])
    return key


def _kept(file: Path) -> str:
    """The key in the file; made, readable by its owner alone, when there is none."""
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(made := secrets.token_hex(KEY_BYTES))
    return made
