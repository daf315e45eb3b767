"""Canonical JSON (RFC 8785) for what is stored and hashed.

Whole numbers only: a float has no single text and no place in money or distance, so it is refused.
"""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> str:
    """``value`` as canonical JSON text: keys sorted, no blanks, UTF-8 unescaped.

    Raises ``TypeError`` for floats, other types than JSON's, and keys that are not text.
    """
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        message = "a float cannot be stored: use whole metres, øre or microdegrees"
        raise TypeError(message)
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                message = f"a key must be text, not {type(key).__name__}"
                raise TypeError(message)
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
