"""Where the embedded system keeps its data and where it listens."""

import os
from pathlib import Path

DEFAULT_PORT = 8000
DEFAULT_HOST = "127.0.0.1"


def data_dir() -> Path:
    """$MILEAGE_DATA_DIR, or the folder `var` where the system is started."""
    return Path(os.environ.get("MILEAGE_DATA_DIR") or "var").resolve()


def host() -> str:
    """$MILEAGE_HOST; anything but a loopback address is refused where personas are chosen freely."""
    return os.environ.get("MILEAGE_HOST") or DEFAULT_HOST


def port() -> int:
    """$PORT.

    :raises ValueError: when it is no port
    """
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:  # noqa: PLR2004 - ports have sixteen bits
        raise ValueError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)
