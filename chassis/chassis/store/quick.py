"""Reading stored data as the dataclass it was written from, quickly where it fits exactly.

msgspec does the work, some five times as fast as cattrs. It passes over fields that a dataclass does not have; those
are looked for here. Whatever does not fit is left to the codec, whose converter can say what is wrong, and where.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_args, get_origin, get_type_hints

import msgspec

NOTHING: Final = object()
"""What a reader gives for data that does not fit."""

Reader = Callable[[dict[str, Any]], object]
_HasMore = Callable[[Any], bool]


def reader_of(cls: type) -> Reader:
    """A function from stored data to a ``cls``, or to :data:`NOTHING`; that alone for a class with a field msgspec
    cannot read.
    """
    has_more = _has_more(cls)
    try:
        msgspec.convert({}, cls)
    except msgspec.ValidationError:
        pass
    except TypeError:
        return lambda _: NOTHING

    def read(data: dict[str, Any]) -> object:
        try:
            found: object = msgspec.convert(data, cls)
        except (msgspec.ValidationError, NotImplementedError):
            return NOTHING
        return NOTHING if has_more(data) else found

    return read


def _has_more(kind: Any) -> _HasMore:
    """Whether data has a field that its dataclass, or one inside it, has not; the data is known to fit otherwise."""
    if not is_dataclass(kind) or not isinstance(kind, type):
        return _inside(kind)
    hints = get_type_hints(kind)
    known = frozenset(field.name for field in fields(kind))
    nested = [(name, _has_more(hints[name])) for name in sorted(known) if _holds_dataclass(hints[name])]

    def has_more(data: Any) -> bool:
        if type(data) is not dict:
            return False  # None, or a value that is an object already
        if not known.issuperset(data):  # half the time of `data.keys() <= known`
            return True
        for name, inner in nested:  # noqa: SIM110 `any` over a generator takes twice as long
            if name in data and inner(data[name]):
                return True
        return False

    return has_more


def _inside(kind: Any) -> _HasMore:
    """The same for a union with one dataclass in it, or for a collection of them."""
    looks = [_has_more(one) for one in get_args(kind) if _holds_dataclass(one)]
    is_mapping = get_origin(kind) is dict

    def has_more(data: Any) -> bool:
        items = data.values() if is_mapping else data if type(data) is list else (data,)
        for item in items:
            for look in looks:
                if look(item):
                    return True
        return False

    return has_more


def _holds_dataclass(kind: Any) -> bool:
    return (isinstance(kind, type) and is_dataclass(kind)) or any(map(_holds_dataclass, get_args(kind)))
