"""The events a service has stored, as golden files: what was ever written can be read for good.

``tests/golden/<type>.v<n>/<name>.json`` are events as they were written, each version of each type; ``shapes.json``
beside them has the shape of each. What stands in ``released.json`` is never edited: it is on somebody's log.
``<name>.today.json`` is how an event of an earlier version reads now.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cattrs
from cattrs.errors import ForbiddenExtraKeysError

from chassis.contracts.shape import Shape, broken, paths_in, shape_of
from chassis.errors import Unreadable
from chassis.store.codec import EventCodec
from chassis.store.sealing import Personal

TODAY = ".today.json"


@dataclass(frozen=True, slots=True)
class Released:
    """What a release has fixed for good: files by their SHA-256, and shapes by ``<type>.v<n>``."""

    version: str | None
    files: Mapping[str, str]
    shapes: Mapping[str, Shape]


class GoldenFiles:
    """One service's stored events: ``faults`` says what a change has broken, ``write`` records what is new."""

    def __init__(self, folder: Path, codec: EventCodec) -> None:
        self._folder = folder
        self._codec = codec
        self._today = {f"{name}.v{codec.version_of(name)}": shape_of(cls) for name, cls in codec.types.items()}
        self.released = _released(folder)

    def faults(self) -> list[str]:
        """A sentence for each stored event that can no longer be read as it was, and for what is not recorded yet:
        what is wrong, and what to do.
        """
        known = {**self._recorded(), **self.released.shapes}
        changed = {name: found for name, shape in known.items() if (found := list(self._changes(name, shape)))}
        sentences = [sentence for found in changed.values() for sentence in found]
        sentences += [sentence for name in self._names() if name not in changed for sentence in self._readings(name)]
        sentences += [sentence for name in self._today if name not in changed for sentence in self._unrecorded(name)]
        return [*self._edited(), *sentences]

    def write(self, events: Iterable[tuple[str, object]]) -> None:
        """Record these events under their names, and today's shapes. Only what is unreleased is written over, and
        what is unreleased and no longer among the events is removed.
        """
        fresh = [path for name, event in events for path in self._write_one(name, event)]
        for path in self._files():
            if path not in fresh and self._relative(path) not in self.released.files:
                path.unlink()
        for path in self._folder.glob(f"*/*{TODAY}"):
            path.unlink()
        for path in self._files():
            if path.parent.name not in self._today and (type_ := _type(path.parent.name)) in self._codec.types:
                _write(path.with_name(path.stem + TODAY), self._reading(type_, path))
        _write(self._folder / "shapes.json", {**self.released.shapes, **self._today})

    def release(self, version: str) -> None:
        """From here on what is recorded stands. ``ValueError``, with the faults, while there are any."""
        if faults := self.faults():
            raise ValueError("\n".join(faults))
        files = {self._relative(path): _digest(path) for path in self._files()}
        _write(self._folder / "released.json", {"version": version, "files": files, "shapes": self._recorded()})

    def _changes(self, name: str, earlier: Shape) -> Iterator[str]:
        """How today's class differs from what was recorded of this version of it."""
        type_, title = _type(name), _title(name)
        released = name in self.released.shapes
        if type_ not in self._codec.types:
            remedy = "Put it back among the codec's types" if released else "Run `make contracts`"
            yield f"{title} cannot be read any more: its type is gone. {remedy}."
        elif name in self._today:
            for what, remedy in broken(earlier, self._today[name]):
                yield f"{title} {what}. {remedy}, {self._otherwise(name, released=released)}."

    def _otherwise(self, name: str, *, released: bool) -> str:
        type_, version = _type(name), _version(name)
        if released:
            return f"or add version {version + 1} with an upcaster from ({type_!r}, {version})"
        return "or, as no release has stored it yet, run `make contracts`"

    def _readings(self, name: str) -> Iterator[str]:
        """Each golden file through the codec into today's class and back."""
        for path in self._files(name):
            title = f"{_title(name)} ({path.stem})"
            try:
                read = self._reading(_type(name), path)
            except Unreadable as error:
                yield f"{title} cannot be read any more: {_why(error)}. {self._mend(name)}."
                continue
            expected = _load(path if name in self._today else path.with_name(path.stem + TODAY))
            if not (_holds(read, expected) if name in self._today else read == expected):
                yield f"{title} reads otherwise than it did. {self._mend(name)}."

    def _mend(self, name: str) -> str:
        if name in self._today:
            return f"Read it as before, {self._otherwise(name, released=name in self.released.shapes)}"
        return f"Mend the upcasters from {_title(name)} on, or run `make contracts` if the new reading is meant"

    def _reading(self, type_: str, path: Path) -> Any:
        event = self._codec.decode(type_, _version(path.parent.name), _personal(_load(path)))
        return self._plain(event)

    def _plain(self, event: object) -> Any:
        return json.loads(json.dumps(self._codec.encode(event).data, default=_bare))

    def _unrecorded(self, name: str) -> Iterator[str]:
        """What of today's shape nothing in the golden files protects yet."""
        shape, shown = self._today[name], self._shown(self._files(name))
        lacking = [path for path in shape if path not in shown]
        if not shown:
            yield f"{_title(name)} has no golden file. Let a story of the service tell it, and run `make contracts`."
        elif lacking:
            remedy = "Let a story of the service give it a value, and run `make contracts`"
            yield f"{_title(name)} has no golden file that shows {', '.join(lacking)}. {remedy}."
        elif self._recorded().get(name) != shape:
            yield f"{_title(name)} has changed since it was recorded. Run `make contracts`, and read the difference."

    def _shown(self, files: Iterable[Path]) -> set[str]:
        return {shown for path in files for shown in paths_in(_load(path))}

    def _edited(self) -> Iterator[str]:
        for file, digest in self.released.files.items():
            path = self._folder / file
            if not path.is_file() or _digest(path) != digest:
                change = "was edited" if path.is_file() else "is gone"
                yield f"{file} is what release {self.released.version} wrote, and {change}. Put it back."

    def _write_one(self, name: str, event: object) -> Iterator[Path]:
        """A released file stays; what a field added since brings is written beside it, under the next free name."""
        type_ = self._codec.encode(event).type
        place = self._folder / f"{type_}.v{self._codec.version_of(type_)}"
        data = self._plain(event)
        fixed = [path for path in self._files(place.name) if self._relative(path) in self.released.files]
        if fixed and set(paths_in(data)) <= self._shown(fixed):
            return
        number = 1
        while (path := place / (f"{name}.json" if number == 1 else f"{name}-{number}.json")) in fixed:
            number += 1
        _write(path, data)
        yield path

    def _recorded(self) -> dict[str, Shape]:
        """Every version's shape as it was last written down, released or not."""
        path = self._folder / "shapes.json"
        return _load(path) if path.is_file() else {}

    def _names(self) -> list[str]:
        return sorted({path.parent.name for path in self._files()})

    def _files(self, name: str = "*") -> list[Path]:
        return sorted(path for path in self._folder.glob(f"{name}/*.json") if not path.name.endswith(TODAY))

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()


def _type(name: str) -> str:
    return name.rpartition(".v")[0]


def _version(name: str) -> int:
    return int(name.rpartition(".v")[2])


def _title(name: str) -> str:
    return f"{_type(name)} v{_version(name)}"


def _released(folder: Path) -> Released:
    path = folder / "released.json"
    return Released(**_load(path)) if path.is_file() else Released(None, {}, {})


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _personal(value: Any) -> Any:
    """A golden file names the person and the value; on the log they are sealed."""
    if isinstance(value, dict):
        inner = {key: _personal(one) for key, one in value.items()}
        return Personal(**inner["$personal"]) if "$personal" in inner else inner
    return [_personal(one) for one in value] if isinstance(value, list) else value


def _bare(value: object) -> dict[str, Any]:
    if not isinstance(value, Personal):
        raise TypeError(f"{type(value).__name__} cannot be stored")
    return {"$personal": asdict(value)}


def _holds(read: Any, written: Any) -> bool:
    """Everything that was written came back; only fields that have come since may be there as well."""
    if isinstance(written, dict) and isinstance(read, dict):
        return all(key in read and _holds(read[key], value) for key, value in written.items())
    if isinstance(written, list) and isinstance(read, list):
        return len(written) == len(read) and all(map(_holds, read, written))
    return bool(read == written)


def _why(error: Unreadable) -> str:
    """What cattrs or an upcaster found, by the field's place."""
    cause = error.__cause__
    if isinstance(cause, cattrs.BaseValidationError):
        return "; ".join(cattrs.transform_error(cause, path="the event", format_exception=_said))
    return error.message if cause is None else f"{type(cause).__name__} {cause}"


def _said(found: BaseException, _type: type | None) -> str:
    if isinstance(found, ForbiddenExtraKeysError):
        return f"field {', '.join(sorted(found.extra_fields))} is gone"
    return f"field {found.args[0]} is now required" if isinstance(found, KeyError) else str(found)
