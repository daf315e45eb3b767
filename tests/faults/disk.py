"""A small disk for one database, that can be really full: a file system in memory of a fixed size."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.support.processes import private_folder

_SIZE = 384 * 1024 * 1024


class SmallDisk:
    """Mounted from the start to ``close``; ``None`` in place of one where we may not mount."""

    def __init__(self, owner: str) -> None:
        self._mount = private_folder("disk")
        self.folder = self._mount / "tablespace"
        self._filler = self._mount / "filler"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=711", "mileage-faults", str(self._mount)]
        try:
            subprocess.run(mount, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            self._mount.rmdir()
            raise
        self.folder.mkdir(mode=0o700)
        shutil.chown(self.folder, owner)

    @classmethod
    def try_mount(cls, owner: str | None) -> "SmallDisk | None":
        if owner is None:
            return None
        try:
            return cls(owner)
        except (OSError, subprocess.CalledProcessError):
            return None

    def fill(self) -> None:
        """Until not one more block can be had."""
        with self._filler.open("ab", buffering=0) as file:
            free = os.statvfs(self._mount).f_bavail * os.statvfs(self._mount).f_frsize
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, max(free, 1))
            with suppress(OSError):
                file.seek(0, os.SEEK_END)
                while file.write(bytes(4096)):
                    pass

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self._mount)], check=False, capture_output=True)
        with suppress(OSError):
            Path(self._mount).rmdir()
