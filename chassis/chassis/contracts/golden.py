"""A golden file as data: what stands in it, and how two of them compare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cattrs
from cattrs.errors import ForbiddenExtraKeysError

from chassis.errors import Unreadable
from chassis.store.sealing import Personal


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def erase(holder: Any, way: Sequence[str], stand_in: Any) -> None:
    step, rest = way[0], way[1:]
    if step == "*":
        for item in holder:
            erase(item, rest, stand_in)
    elif isinstance(holder, dict) and holder.get(step) is not None:
        if rest:
            erase(holder[step], rest, stand_in)
        else:
            holder[step] = stand_in


def with_personal(value: Any) -> Any:
    """A golden file names the person and the value; on the log they are sealed."""
    if isinstance(value, dict):
        inner = {key: with_personal(one) for key, one in value.items()}
        return Personal(**inner["$personal"]) if "$personal" in inner else inner
    return [with_personal(one) for one in value] if isinstance(value, list) else value


def without_sealing(value: object) -> dict[str, Any]:
    if not isinstance(value, Personal):
        raise TypeError(f"{type(value).__name__} cannot be stored")
    return {"$personal": asdict(value)}


def holds(read: Any, written: Any) -> bool:
    """Everything that was written came back; only fields that have come since may be there as well."""
    if isinstance(written, dict) and isinstance(read, dict):
        return all(key in read and holds(read[key], value) for key, value in written.items())
    if isinstance(written, list) and isinstance(read, list):
        return len(written) == len(read) and all(map(holds, read, written))
    return bool(read == written)


def why(error: Unreadable) -> str:
    """What cattrs or an upcaster found, by the field's place."""
    cause = error.__cause__
    if isinstance(cause, cattrs.BaseValidationError):
        return "; ".join(cattrs.transform_error(cause, path="the event", format_exception=_said))
    return error.message if cause is None else f"{type(cause).__name__} {cause}"


def _said(found: BaseException, _type: type | None) -> str:
    if isinstance(found, ForbiddenExtraKeysError):
        return f"field {', '.join(sorted(found.extra_fields))} is gone"
    return f"field {found.args[0]} is now required" if isinstance(found, KeyError) else str(found)
