"""The shape in which the events of one class are stored, flat, so that two of them can be compared field by field."""

from __future__ import annotations

import enum
import types
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

type Shape = dict[str, str]
"""By path (``report.points[].text``) the kinds of value there and, where there is one, the default:
``null | str = None``.
"""

_OR, _DEFAULT, _SEALED = " | ", " = ", "sealed "


def shape_of(cls: type) -> Shape:
    """The shape of a frozen dataclass; lists are ``[]`` and texts to values ``{}`` in a path."""
    return dict(_fields(cls, ""))


def sealed(shape: Shape, paths: Iterable[str]) -> Shape:
    """The shape with the fields at these paths (``trip/points/*/text``) as sealed ones."""
    named = {path.replace("/*", "[]").replace("/", ".") for path in paths}
    return {path: _sealed(kinds) if path in named else kinds for path, kinds in shape.items()}


def _sealed(kinds: str) -> str:
    kinds, equals, default = kinds.partition(_DEFAULT)
    return _OR.join(kind if kind == "null" else _SEALED + kind for kind in kinds.split(_OR)) + equals + default


def _fields(cls: type, path: str) -> Iterator[tuple[str, str]]:
    hints = get_type_hints(cls)
    for field in fields(cls):
        yield from _values(hints[field.name], f"{path}.{field.name}" if path else field.name, _default(field))


def _default(field: Field[Any]) -> str:
    if field.default is not MISSING:
        return f"{_DEFAULT}{field.default!r}"
    return "" if field.default_factory is MISSING else f"{_DEFAULT}{field.default_factory()!r}"


def _values(hint: Any, path: str, default: str) -> Iterator[tuple[str, str]]:
    choices = get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
    yield path, _OR.join(sorted({kind for one in choices for kind in _kinds(one)})) + default
    for one in choices:
        yield from _inside(one, path)


def _kinds(hint: Any) -> list[str]:
    if get_origin(hint) in {tuple, list}:
        return ["list"]
    if get_origin(hint) is dict:
        return ["mapping"]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return [f"'{member.value}'" for member in hint]
    if hint is types.NoneType:
        return ["null"]
    return ["object" if _has_fields(hint) else hint.__name__]


def _inside(hint: Any, path: str) -> Iterator[tuple[str, str]]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {tuple, list}:
        yield from _values(inner[0], f"{path}[]", "")
    elif origin is dict:
        yield from _values(inner[1], f"{path}{{}}", "")
    elif _has_fields(hint):
        yield from _fields(hint, path)


def _has_fields(hint: Any) -> bool:
    """A personal value counts as one value: its insides are the vault's affair."""
    return is_dataclass(hint) and getattr(hint, "__name__", "") != "Personal"


def paths_in(data: Any, path: str = "") -> Iterator[str]:
    """The paths of a shape that stored ``data`` shows a value of."""
    if path:
        yield path
    if isinstance(data, dict) and "$personal" not in data:
        for key, inner in data.items():
            yield from paths_in(inner, f"{path}.{key}" if path else key)
            yield from paths_in(inner, f"{path}{{}}")
    elif isinstance(data, list):
        for inner in data:
            yield from paths_in(inner, f"{path}[]")


def broken(earlier: Shape, today: Shape) -> Iterator[tuple[str, str]]:
    """What was stored in the earlier shape and no longer reads in today's, or reads otherwise; and what mends it."""
    for path, was in earlier.items():
        now = today.get(path)
        if now is None:
            if _parent(path) in {"", *today}:
                yield f"cannot be read any more: field {path} is gone", f"Keep {path}"
            continue
        yield from _narrowed(path, was, now)
    for path, now in today.items():
        if path not in earlier and _DEFAULT not in now and _parent(path) in {"", *earlier} and path[-1] not in "]}":
            yield f"cannot be read any more: field {path} is now required", f"Give {path} a default"


def _narrowed(path: str, was: str, now: str) -> Iterator[tuple[str, str]]:
    """What was stored openly can still be read where it would be sealed today, but not the other way round."""
    kinds, _, default = was.partition(_DEFAULT)
    kinds_now, _, default_now = now.partition(_DEFAULT)
    readable = {one for kind in kinds_now.split(_OR) for one in (kind, kind.removeprefix(_SEALED))}
    lost = [kind for kind in kinds.split(_OR) if kind not in readable]
    if lost:
        words = f"field {path} was {_either(kinds)} and is now {_either(kinds_now)}"
        yield f"cannot be read any more: {words}", f"Take {' or '.join(lost)} as before"
    if default and not default_now:
        yield f"cannot be read any more: field {path} is now required", f"Give {path} the default {default}"
    elif default and default != default_now:
        changed = f"field {path} was {default} where it is missing and would be {default_now}"
        yield f"reads otherwise: {changed}", f"Keep the default {default}"


def _either(kinds: str) -> str:
    return kinds.replace(_OR, " or ")


def _parent(path: str) -> str:
    if path.endswith(("[]", "{}")):
        return path[:-2]
    return path.rpartition(".")[0]
