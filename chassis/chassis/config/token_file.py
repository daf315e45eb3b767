"""A secret that can be changed while the service runs: whoever needs it asks again, and the file is read again when it
has changed. So tokens that expire are renewed without a restart.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from chassis.config.kinds import Secret

_Mark = tuple[int, int, int]
_log = logging.getLogger(__name__)


class TokenFile:
    """Gives what stands in the file now. While the file is away, empty or no text, the last good content counts: it may
    just be being replaced.
    """

    def __init__(self, path: Path, token: str = "") -> None:
        self._path = path
        self._token = token
        self._mark: _Mark | None = None
        self._failed = False
        self._reading = threading.Lock()

    def __call__(self) -> str:
        with self._reading:
            try:
                self._read_if_changed()
            except (OSError, UnicodeDecodeError) as error:
                if not self._failed:
                    _log.warning("%s cannot be read, its last content counts: %s", self._path, type(error).__name__)
                self._failed = True
            return self._token

    def _read_if_changed(self) -> None:
        found = self._path.stat()
        mark = (found.st_mtime_ns, found.st_ino, found.st_size)
        if mark == self._mark:
            return
        token = self._path.read_text(encoding="utf-8").strip()
        if token:
            self._token, self._mark, self._failed = token, mark, False


def current(value: str) -> Callable[[], str]:
    """A function that gives the secret as it is now: from its file when it was given by one, else as configured."""
    path = value.file if isinstance(value, Secret) else None
    return (lambda: value) if path is None else TokenFile(Path(path), str(value))
