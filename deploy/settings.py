"""Where the embedded system keeps its data and where it listens."""

import os
from pathlib import Path

DEFAULT_PORT = 8000
HOST = "127.0.0.1"


def data_dir() -> Path:
    """$MILEAGE_DATA_DIR, or the folder `var` where the system is started."""
    return Path(os.environ.get("MILEAGE_DATA_DIR") or "var").resolve()
