"""The events a service has stored, as golden files: what was ever written can be read for good.

``tests/golden/<type>.v<n>/<name>.json`` are events as they were written, each version of each type; ``shapes.json``
beside them has the shape of each. What stands in ``released.json`` is never edited: it is on somebody's log.
``<name>.today.json`` is how an event of an earlier version reads now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.contracts.golden import digest, erase, holds, load, why, with_personal, without_sealing, write
from chassis.contracts.shape import Shape, broken, paths_in, sealed, shape_of
from chassis.errors import Unreadable
from chassis.store.codec import EventCodec

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
        self._today = {
            f"{name}.v{codec.version_of(name)}": sealed(shape_of(cls), _declared(codec, name))
            for name, cls in codec.types.items()
        }
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
                write(path.with_name(path.stem + TODAY), self._reading(type_, path))
        write(self._folder / "shapes.json", {**self.released.shapes, **self._today})

    def release(self, version: str) -> None:
        """From here on what is recorded stands. ``ValueError``, with the faults, while there are any."""
        if faults := self.faults():
            raise ValueError("\n".join(faults))
        files = {self._relative(path): digest(path) for path in self._files()}
        write(self._folder / "released.json", {"version": version, "files": files, "shapes": self._recorded()})

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
                yield f"{title} cannot be read any more: {why(error)}. {self._mend(name)}."
                continue
            yield from self._once_erased(title, path)
            expected = load(path if name in self._today else path.with_name(path.stem + TODAY))
            if not (holds(read, expected) if name in self._today else read == expected):
                yield f"{title} reads otherwise than it did. {self._mend(name)}."

    def _once_erased(self, title: str, path: Path) -> Iterator[str]:
        """The same event when its person's key is gone: what stands for the sealed fields must fit the class."""
        type_ = _type(path.parent.name)
        data = load(path)
        for place, stand_in in _declared(self._codec, type_).items():
            erase(data, place.split("/"), stand_in)
        try:
            self._codec.decode(type_, _version(path.parent.name), with_personal(data))
        except Unreadable as error:
            remedy = "Let what stands for an erased field fit its class"
            yield f"{title} cannot be read once its person is erased: {why(error)}. {remedy}."

    def _mend(self, name: str) -> str:
        if name in self._today:
            return f"Read it as before, {self._otherwise(name, released=name in self.released.shapes)}"
        return f"Mend the upcasters from {_title(name)} on, or run `make contracts` if the new reading is meant"

    def _reading(self, type_: str, path: Path) -> Any:
        event = self._codec.decode(type_, _version(path.parent.name), with_personal(load(path)))
        return self._plain(event)

    def _plain(self, event: object) -> Any:
        return json.loads(json.dumps(self._codec.encode(event).data, default=without_sealing))

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
        return {shown for path in files for shown in paths_in(load(path))}

    def _edited(self) -> Iterator[str]:
        for file, recorded in self.released.files.items():
            path = self._folder / file
            if not path.is_file() or digest(path) != recorded:
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
        write(path, data)
        yield path

    def _recorded(self) -> dict[str, Shape]:
        """Every version's shape as it was last written down, released or not."""
        path = self._folder / "shapes.json"
        return load(path) if path.is_file() else {}

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
    return Released(**load(path)) if path.is_file() else Released(None, {}, {})


def _declared(codec: EventCodec, type_: str) -> Mapping[str, Any]:
    """The sealed fields of a type by their place, and what stands there once the person is erased."""
    declared = codec.personal.get(type_)
    return {} if declared is None else declared.fields
