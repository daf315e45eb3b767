"""From bytes to checked values. What passes here cannot upset a store: no NUL, no half characters, no numbers beyond
64 bits, no nesting without end.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields
from werkzeug import Request
from werkzeug.exceptions import RequestEntityTooLarge

from chassis.errors import Invalid, TooLarge
from chassis.http.problems import WrongMediaType, as_invalid

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MOST_FORM_FIELDS = 20_000
BIGGEST = 2**63 - 1
NO_QUERY = Schema()
PIECE_BYTES = 64 * 1024
_DIGEST = "chassis.body_digest"


def read_json(request: Request, schema: Schema, max_bytes: int) -> Any:
    """The body, loaded by `schema`; unknown fields are errors.

    :raises WrongMediaType, TooLarge, Invalid:
    """
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise WrongMediaType("unsupported_media_type", "The body must be sent as application/json.")
    document = parse_json(read_body(request, max_bytes))
    try:
        return schema.load(document, unknown=RAISE)
    except ValidationError as error:
        raise as_invalid(error, "body") from None


def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body, of announced length or chunked. Not by werkzeug: it cuts a chunked body that is too long, and
    takes one that ends too early.

    :raises TooLarge: as soon as it is known to be longer than `max_bytes`.
    :raises Invalid: when it ends before it is complete.
    """
    announced = request.content_length
    if announced is not None and announced > max_bytes:
        raise too_large(max_bytes)
    try:
        body = _read_upto(request.environ["wsgi.input"], max_bytes + 1)
    except (OSError, ValueError):
        raise _incomplete() from None
    if len(body) > max_bytes:
        raise too_large(max_bytes)
    if announced is not None and len(body) < announced:
        raise _incomplete()
    request.environ[_DIGEST] = hashlib.sha256(body).hexdigest()
    return body


def body_digest(request: Request) -> str:
    """SHA-256 over the body as it came, or nothing when none was read; the body itself is not kept."""
    digest: str = request.environ.get(_DIGEST, "")
    return digest


def _read_upto(stream: Any, most: int) -> bytes:
    body = bytearray()
    while len(body) < most and (piece := stream.read(min(PIECE_BYTES, most - len(body)))):
        body += piece
    return bytes(body)


def _incomplete() -> Invalid:
    return Invalid("body_incomplete", "The body ended before it was complete.")


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge(
        "too_large", f"The body is larger than the {max_bytes} bytes this address takes.", max_bytes=max_bytes
    )


def parse_json(body: bytes) -> Any:
    try:
        document = json.loads(body, parse_constant=_refuse, parse_int=_whole, object_pairs_hook=_object)
        for text in _texts(document):
            check_text(text)
    except RecursionError:
        raise Invalid("malformed_json", "The body is nested too deeply.") from None
    except ValueError as error:  # also what is not UTF-8
        raise Invalid("malformed_json", f"The body is not JSON as we read it: {error}.") from None
    return document


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _whole(digits: str) -> int:
    number = int(digits) if len(digits) < len(str(BIGGEST)) + 2 else BIGGEST + 1
    if abs(number) > BIGGEST:
        raise ValueError("a number does not fit 64 bits")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("an object names a field twice")
    return result


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)


def check_text(text: str) -> None:
    """:raises ValueError: for text a database cannot hold."""
    if "\x00" in text:
        raise ValueError("a text holds a NUL character")
    if not text.isascii():
        text.encode()  # half a character (a lone surrogate) is a UnicodeEncodeError, which is a ValueError


def read_query(request: Request, schema: Schema | None) -> Mapping[str, Any]:
    """The query, loaded by `schema`; a field that is a list may be repeated, any other may not. `lang` is everybody's:
    it chooses the language of the answer.
    """
    given = {name: values for name, values in request.args.lists() if name != "lang"}
    _check_texts(given)
    if schema is None:
        schema = NO_QUERY
    lists = _lists(schema)
    values = {name: texts if name in lists else texts[0] for name, texts in given.items()}
    repeated = {n: ["Given more than once."] for n, texts in given.items() if len(texts) > 1 and n not in lists}
    if repeated:
        raise Invalid("invalid", "The query does not fit.", errors=repeated)
    try:
        loaded: Mapping[str, Any] = schema.load(values, unknown=RAISE)
    except (ValidationError, ValueError) as error:
        complaint = error if isinstance(error, ValidationError) else ValidationError("Not a usable value.")
        raise as_invalid(complaint, "query") from None
    beyond = {n: ["Does not fit 64 bits."] for n, v in loaded.items() if isinstance(v, int) and abs(v) > BIGGEST}
    if beyond:
        raise Invalid("invalid", "The query does not fit.", errors=beyond)
    return loaded


def read_form(request: Request, max_bytes: int) -> None:
    """Parses the posted form so that its fields can be read; they are still as typed.

    :raises WrongMediaType, TooLarge, Invalid:
    """
    if request.mimetype not in FORMS:
        raise WrongMediaType("unsupported_media_type", "The form must be sent as a form.")
    body = read_body(request, max_bytes)
    request.environ["wsgi.input"] = BytesIO(body)
    request.environ["wsgi.input_terminated"] = True  # else werkzeug takes a chunked form for an empty one
    request.max_form_memory_size = max_bytes
    request.max_form_parts = MOST_FORM_FIELDS
    try:
        fields_given = dict(request.form.lists())
    except RequestEntityTooLarge:
        raise too_large(max_bytes) from None
    _check_texts(fields_given)


def check_path(values: Mapping[str, Any]) -> None:
    _check_texts({name: [value] for name, value in values.items() if isinstance(value, str)})


def _check_texts(given: Mapping[str, list[str]]) -> None:
    try:
        for name, texts in given.items():
            for text in (name, *texts):
                check_text(text)
    except ValueError as error:
        raise Invalid("invalid", f"The request cannot be read: {error}.") from None


def _lists(schema: Schema) -> set[str]:
    """The names, as they stand in the query, that may be given more than once."""
    return {field.data_key or name for name, field in schema.load_fields.items() if isinstance(field, fields.List)}
