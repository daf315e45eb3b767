"""One line of JSON per event on standard output, with the service and the correlation id it belongs to and without
personal data: what looks like a person number (six digits and four) is blotted out wherever it came from. Only in
the hexadecimal ids that we make ourselves such a run of digits is chance, and left.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

HEX_ID = r"(?<![0-9a-zA-Z])(?:[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-zA-Z])"
PERSON_NUMBER_SHAPED = re.compile(rf"(?P<id>{HEX_ID})|(?<!\d)\d{{6}}-?\d{{4}}(?!\d)")
_bound: ContextVar[Mapping[str, str]] = ContextVar("bound_log_fields", default={})  # noqa: B039 - never changed in place
STANDARD = frozenset(vars(logging.makeLogRecord({})))


@contextmanager
def bound(**values: str) -> Iterator[None]:
    """Every line logged inside carries these fields (service, version, correlation_id, …)."""
    token = _bound.set({**_bound.get(), **values})
    try:
        yield
    finally:
        _bound.reset(token)


def blotted(text: str) -> str:
    return PERSON_NUMBER_SHAPED.sub(lambda found: found["id"] or "[blotted]", text)


def _blotted_within(value: object) -> object:
    """The value with every text in it blotted; before it becomes JSON, for there a line break is the letter n."""
    if isinstance(value, dict):
        return {blotted(str(name)): _blotted_within(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_blotted_within(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    clean = blotted(text)
    return value if isinstance(value, int | float) and clean == text else clean


class JsonLines(logging.Formatter):
    """`always` stands on every line, also on those of loops that serve nobody in particular."""

    def __init__(self, **always: str) -> None:
        super().__init__()
        self._always = always

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **self._always,
            **_bound.get(),
            **_extra(record),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(_blotted_within(line), ensure_ascii=False)


class ConsoleLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in {**_bound.get(), **_extra(record)}.items())
        text = f"{time} {record.levelname:<7} {record.name}  {record.getMessage()}  {fields}".rstrip()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return blotted(text)


def _extra(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in STANDARD and name != "taskName"}


def configure(log_format: str, level: str, **always: str) -> None:
    """For the whole process; replaces what was configured before. `always` stands on every line of JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(ConsoleLines() if log_format == "console" else JsonLines(**always))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "amqp", "kombu", "nameko"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
