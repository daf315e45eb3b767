"""The OpenAPI 3.1 document of a service, from the very routes and schemas that serve it. Its order is fixed, so that a
checked-in copy differs only where the service does.
"""

from collections.abc import Sequence
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from chassis.http.problems import CONTENT_TYPE as PROBLEM_TYPE
from chassis.http.route import Route, instance

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `detail` is a sentence for people.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "What is wrong, by field; nested fields with dots.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


def document(service: str, version: str, routes: Sequence[Route]) -> dict[str, Any]:
    """Pages are left out: they are for people."""
    spec = APISpec(
        title=service,
        version=version,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
    )
    spec.components.schema("Problem", PROBLEM)
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    for route in sorted((r for r in routes if not r.page), key=lambda r: (r.template, r.method)):
        spec.path(path=route.template, operations={route.method.lower(): _operation(route)})
    ordered: dict[str, Any] = _ordered(spec.to_dict())
    return ordered


def _schema_name(schema: Any) -> str:
    cls = schema if isinstance(schema, type) else type(schema)
    return cls.__name__.removesuffix("Schema")


def _kind(route: Route, name: str) -> dict[str, str]:
    return {"type": "string"} | ({"format": "uuid"} if f"<uuid:{name}>" in route.path else {})


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": route.summary,
        "x-roles": route.access.names(),
        "parameters": [
            {"in": "path", "name": name, "required": True, "schema": _kind(route, name)} for name in route.parameters
        ],
        "responses": {
            str(route.status): _success(route),
            "default": {"description": "An error.", "content": {PROBLEM_TYPE: {"schema": "Problem"}}},
        },
    }
    if route.query is not None:
        operation["parameters"].append({"in": "query", "schema": instance(route.query)})
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": _media(instance(route.body))}}
    if route.access.signed_in:
        operation["security"] = [{"bearer": []}]
    return operation


def _success(route: Route) -> dict[str, Any]:
    if route.returns is not None:
        return {"description": "Done.", "content": {route.produces: _media(instance(route.returns))}}
    if route.produces != "application/json":
        return {"description": "Done.", "content": {route.produces: {}}}
    return {"description": "Done."}


def _media(schema: Schema) -> dict[str, Any]:
    return {"schema": schema}


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    return value
