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
    draft = folder / f".{POINTER}.new"
    with draft.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / POINTER)
