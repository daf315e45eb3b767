"""Errors as the caller sees them: problem+json (RFC 9457) with a stable code, and nothing of our inside."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from chassis.errors import Invalid, ServiceError
from chassis.store.away import is_away

CONTENT_TYPE = "application/problem+json"
RESERVED = frozenset({"type", "title", "status", "detail", "code"})
HTTP_CODES = {404: "unknown_path", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}
SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The body is larger than this address takes.",
}
UNEXPECTED = "Something went wrong on our side. It has been logged under the correlation id."


class WrongMediaType(ServiceError):
    """The body is not of the kind this endpoint reads."""

    status = 415


def problem(status: int, code: str, detail: str, details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    extra = {name: value for name, value in (details or {}).items() if name not in RESERVED}
    return {
        "type": f"urn:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **extra,
    }


def problem_of(error: Exception) -> dict[str, Any]:
    """What of an error leaves the service. One without a name of its own is a defect of ours: it says only that."""
    if is_away(error):
        return problem(503, "database_unavailable", "The database is away or too busy.")
    if isinstance(error, ServiceError):
        return problem(error.status, error.code, error.message, error.details)
    if isinstance(error, HTTPException) and error.code is not None and error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
        sentence = SENTENCES.get(error.code, "The request cannot be read.")
        return problem(error.code, HTTP_CODES.get(error.code, "bad_request"), sentence)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected", UNEXPECTED)


def as_invalid(error: ValidationError, where: str) -> Invalid:
    """A schema's complaints by field, nested ones with dots: `points.0.text`."""
    messages = error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
    return Invalid("invalid", f"The {where} does not fit.", errors=flattened(messages))


def flattened(messages: Mapping[Any, Any], prefix: str = "") -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in messages.items():
        path = prefix if name == "_schema" and prefix else f"{prefix}.{name}" if prefix else str(name)
        if isinstance(value, Mapping):
            fields.update(flattened(value, path))
        else:
            fields.setdefault(path, []).extend(str(sentence) for sentence in value)
    return fields


def encoded(document: Any) -> bytes:
    """JSON as we write it everywhere: UTF-8, no spaces, no NaN."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
