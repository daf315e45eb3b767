"""The kinds of values a variable can have. Each converter raises ValueError with the rest of the sentence
"NAME …", so that a wrong configuration can be mended without reading code.
"""

from collections.abc import Callable, Mapping
from typing import Self


class Secret(str):
    """A value that is never printed: its repr is stars, and it may also come from the file named by NAME_FILE; `file`
    is that file's path.
    """

    __slots__ = ("file",)

    file: str | None

    def __new__(cls, value: str = "", file: str | None = None) -> Self:
        secret = super().__new__(cls, value)
        secret.file = value.file if file is None and isinstance(value, Secret) else file
        return secret

    def __repr__(self) -> str:
        return "'***'" if self else "''"


def whole_number(lowest: int, highest: int) -> Callable[[str | int], int]:
    def convert(value: str | int) -> int:
        try:
            number = int(value)
        except ValueError:
            raise ValueError(f"must be a whole number, not {value!r}") from None
        if not lowest <= number <= highest:
            raise ValueError(f"must be between {lowest} and {highest}, not {number}")
        return number

    return convert


def choice(*allowed: str) -> Callable[[str], str]:
    def convert(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}, not {value!r}")
        return value

    return convert


def boolean(value: str | bool) -> bool:  # noqa: FBT001 - the default comes as a bool, the environment as text
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    try:
        return known[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"must be true or false, not {value!r}") from None


def feed_urls(value: str | Mapping[str, str]) -> Mapping[str, str]:
    """`payroll=http://payroll:8000/payroll/feed,approval=…` as a mapping from service name to the feed's address."""
    if isinstance(value, Mapping):
        return value
    urls = {}
    for part in filter(None, (piece.strip() for piece in value.split(","))):
        name, _, url = part.partition("=")
        if not name or not url.startswith(("http://", "https://")):
            raise ValueError(f"must read service=http://…, comma separated; {part!r} does not")
        urls[name] = url
    return urls
