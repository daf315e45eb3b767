"""From values to JSON, strictly: an answer that lacks a promised field, or has one that was not promised, is a defect
that shows at once and not in somebody's client.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields


class AnswerMismatchError(Exception):
    """A handler's answer does not fit the schema its route promises."""


def dump(schema: Schema, data: Any) -> Any:
    """:raises AnswerMismatchError:"""
    try:
        dumped = schema.dump(data)
    except (ValueError, TypeError, AttributeError) as error:
        raise AnswerMismatchError(f"{type(schema).__name__}: {error}") from error
    _check(schema, data, dumped, type(schema).__name__)
    return dumped


def _check(schema: Schema, data: Any, dumped: Any, where: str) -> None:
    if schema.many or isinstance(dumped, list):
        for one, one_dumped in zip(data, dumped, strict=True):
            _check_one(schema, one, one_dumped, where)
    else:
        _check_one(schema, data, dumped, where)


def _check_one(schema: Schema, data: Any, dumped: Mapping[str, Any], where: str) -> None:
    declared = schema.dump_fields
    if isinstance(data, Mapping):
        known = {field.attribute or name for name, field in declared.items()}
        if extra := sorted(set(data) - known):
            raise AnswerMismatchError(f"{where} does not promise {', '.join(extra)}")
    for name, field in declared.items():
        key = field.data_key or name
        if key not in dumped:
            if field.required:
                raise AnswerMismatchError(f"{where} lacks {key}")
        elif dumped[key] is None:
            if field.required and not field.allow_none:
                raise AnswerMismatchError(f"{where}.{key} is null")
        else:
            _check_inside(field, _value(data, field.attribute or name), dumped[key], f"{where}.{key}")


def _check_inside(field: Any, value: Any, dumped: Any, where: str) -> None:
    if isinstance(field, fields.Nested):
        _check(field.schema, value, dumped, where)
    elif isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
        for one, one_dumped in zip(value, dumped, strict=True):
            _check(field.inner.schema, one, one_dumped, where)


def _value(data: Any, name: str) -> Any:
    return data[name] if isinstance(data, Mapping) else getattr(data, name)
