"""Finds the acceptance cases: in the folder CASES_DIR names, else in `shared/cases` beside the repository.

An area is tested when `adapters/<area>.py` exists. It has `answer(given) -> dict`, which puts the case to a service's
own functions, may have `same(expect, answer) -> bool` where equality is not what the area asks for, and
`covers(given) -> bool` where the services do not have all of the area yet: the other cases are left out.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
BESIDE_THE_REPOSITORY = HERE.parents[2] / "shared" / "cases"


@dataclass(frozen=True)
class Case:
    """One case of an area; without `body` it stands for an area whose cases are not on this machine."""

    area: str
    name: str
    body: dict[str, Any] | None


def folder() -> Path:
    return Path(os.environ.get("CASES_DIR", str(BESIDE_THE_REPOSITORY)))


def all_cases() -> Iterator[Case]:
    """Every case of every area that has an adapter, in order of area and file."""
    for adapter in sorted((HERE / "adapters").glob("*.py")):
        area = adapter.stem
        path = folder() / f"{area}.json"
        if not path.is_file():
            yield Case(area, f"{area}-absent", None)
            continue
        covers = getattr(adapter_of(area), "covers", lambda _: True)
        for body in json.loads(path.read_text(encoding="utf-8")):
            if covers(body["given"]):
                yield Case(area, body["id"], body)


def adapter_of(area: str) -> ModuleType:
    return import_module(f"tests.cases.adapters.{area}")
