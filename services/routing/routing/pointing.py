"""Which of several folders counts today: a small file in the folder above them, replaced at once."""

from __future__ import annotations

import os
from pathlib import Path

POINTER = "current"


def current_id(folder: Path) -> str:
    """The id in the pointer; empty when there is none."""
    try:
        return (folder / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def make_current(folder: Path, name: str) -> None:
    """Points to ``name``; readers see the old one or the new one, never neither."""
    write_whole(folder / POINTER, name + "\n")


def write_whole(path: Path, content: str) -> None:
    """The file is there with all of ``content``, on the disk, or as it was before."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
