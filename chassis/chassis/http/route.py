"""One endpoint as data: what it takes, what it gives, who may call it. The router, the checks, the OpenAPI document and
its pages are all made from this.
"""

import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from functools import cache
from typing import Any

from marshmallow import Schema

from chassis.http.access import Access
from chassis.http.answers import Answer
from chassis.http.call import Call

MIB = 1024 * 1024
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PLACEHOLDER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")

Handler = Callable[[Call[Any]], Answer]
AnySchema = Schema | type[Schema]


@dataclass(frozen=True)
class Route:
    """`path` is a werkzeug rule below the service's prefix. `page` marks what people see: forms instead of JSON bodies,
    errors as pages. `produces` is the content type where the handler gives Bytes.
    """

    method: str
    path: str
    handler: Handler
    _: KW_ONLY
    access: Access
    summary: str
    body: AnySchema | None = None
    query: AnySchema | None = None
    returns: AnySchema | None = None
    status: int = 200
    page: bool = False
    max_body_bytes: int = MIB
    produces: str = "application/json"

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"{self.path}: {self.method} is not one of {', '.join(METHODS)}")
        if not self.path.startswith("/"):
            raise ValueError(f"{self.path} does not begin with a slash")

    @property
    def parameters(self) -> list[str]:
        """The names in the path, in order."""
        return PLACEHOLDER.findall(self.path)

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it, `/trips/{trip_id}`; also the label of its metrics."""
        return PLACEHOLDER.sub(r"{\1}", self.path)


@cache
def instance(schema: AnySchema) -> Schema:
    """Made once: building a schema costs more than using it."""
    return schema() if isinstance(schema, type) else schema
