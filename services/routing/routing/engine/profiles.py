"""The profiles: the engine's own car and bicycle rules, and the car's with distance as the only weight."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import osrm

from routing.domain.errors import EngineUnavailable

_SCRIPTS = {"car-fastest": "car.lua", "car-shortest": "car.lua", "bicycle": "bicycle.lua"}
_WEIGHT = "weight_name                     = 'routability'"
_SHORTEST = "weight_name                     = 'distance'"


def wheel_folder() -> Path:
    return Path(str(osrm.__file__)).parent


def lay_out_profile(profile: str, folder: Path) -> Path:
    """Writes the profile's script and its library into ``folder``; gives the script's path."""
    source = wheel_folder() / "share" / "profiles"
    shutil.copytree(source / "lib", folder / "lib", dirs_exist_ok=True)
    text = (source / _SCRIPTS[profile]).read_text(encoding="utf-8")
    if profile == "car-shortest":
        text = _weighted_by_distance(text)
    script = folder / f"{profile}.lua"
    script.write_text(text, encoding="utf-8")
    return script


def profile_sha256(script: Path) -> str:
    """One hash over the script and its whole library, names included."""
    digest = hashlib.sha256()
    for path in (script, *_library(script.parent)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(script.parent).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _library(folder: Path) -> Iterator[Path]:
    return iter(sorted((folder / "lib").rglob("*.lua")))


def _weighted_by_distance(text: str) -> str:
    if text.count(_WEIGHT) != 1:
        raise EngineUnavailable("The engine's car profile is not the one that car-shortest is made from.")
    return text.replace(_WEIGHT, _SHORTEST)
