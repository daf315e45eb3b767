"""Canonical JSON (RFC 8785) for what is stored and hashed.

Whole numbers only: a float has no single text and no place in money or distance, so it is refused.
"""

from __future__ import annotations

from typing import Any

import orjson

_PLAIN = frozenset((str, int, bool, type(None)))


def canonical(value: Any) -> str:
    """``value`` as canonical JSON text: keys sorted, no blanks, UTF-8 unescaped.

    Raises ``TypeError`` for floats, whole numbers of more than 64 bits, other types than JSON's, and keys that are not
    text.
    """
    if type(value) not in _PLAIN:
        refuse_unstorable(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def quoted(text: str) -> str:
    """``text`` as a JSON text."""
    return orjson.dumps(text).decode()


def refuse_unstorable(value: Any) -> None:
    """``TypeError`` for what has no canonical form; encoders and parsers would take it and give it some text."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                message = f"a key must be text, not {type(key).__name__}"
                raise TypeError(message)
            if type(item) not in _PLAIN:
                refuse_unstorable(item)
    elif isinstance(value, list | tuple):
        for item in value:
            if type(item) not in _PLAIN:
                refuse_unstorable(item)
    elif isinstance(value, float):
        message = "a float cannot be stored: use whole metres, øre or microdegrees"
        raise TypeError(message)
    elif not isinstance(value, str | int | None):
        message = f"{type(value).__name__} is no type of JSON"
        raise TypeError(message)
