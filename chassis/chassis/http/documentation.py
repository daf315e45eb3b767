"""The OpenAPI document prepared for reading: operations by path, fields in tables, an example to paste into a shell."""

import json
from typing import Any

Spec = dict[str, Any]


def described(specification: Spec) -> dict[str, Any]:
    """The data of `docs.html`."""
    operations = [
        _operation(specification, path, method, operation)
        for path, methods in specification["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = [
        {"name": name, "fields": _fields(schema)} for name, schema in specification["components"]["schemas"].items()
    ]
    return {"info": specification["info"], "operations": operations, "schemas": schemas}


def _operation(specification: Spec, path: str, method: str, operation: Spec) -> dict[str, Any]:
    body = _schema_of(operation.get("requestBody"))
    answers = {status: answer for status, answer in operation["responses"].items() if status != "default"}
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "roles": operation["x-roles"],
        "parameters": [_parameter(one) for one in operation.get("parameters", [])],
        "body": _label(body),
        "answers": [{"status": status, "schema": _label(_schema_of(answer))} for status, answer in answers.items()],
        "curl": _curl(specification, path, method, operation, body),
    }


def _parameter(parameter: Spec) -> dict[str, Any]:
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "required": parameter.get("required", False),
        **_kind(parameter["schema"]),
        "description": parameter.get("description", ""),
    }


def _schema_of(message: Spec | None) -> Spec | None:
    for media in (message or {}).get("content", {}).values():
        schema: Spec | None = media.get("schema")
        return schema
    return None


def _label(schema: Spec | None) -> dict[str, str] | None:
    """The name of a schema and where it is described on the page."""
    if not schema:
        return None
    name = _kind(schema)["kind"]
    return {"name": name, "anchor": name.removeprefix("list of ")}


def _fields(schema: Spec) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {"name": name, "required": name in required, **_kind(field), "description": field.get("description", "")}
        for name, field in schema.get("properties", {}).items()
    ]


def _kind(schema: Spec) -> dict[str, str]:
    """The type in words, and the bounds that a value must keep."""
    if "$ref" in schema:
        return {"kind": schema["$ref"].rpartition("/")[2], "bounds": ""}
    for several in ("allOf", "anyOf", "oneOf"):
        if several in schema:
            kinds = [_kind(one)["kind"] for one in schema[several]]
            return {"kind": " or ".join(kinds), "bounds": ""}
    kind = schema.get("type", "any")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if kind == "array":
        words = f"list of {_kind(schema.get('items', {}))['kind']}"
    if "format" in schema:
        words += f" ({schema['format']})"
    return {"kind": words, "bounds": _bounds(schema)}


def _bounds(schema: Spec) -> str:
    words = {
        "minimum": "≥ {}",
        "maximum": "≤ {}",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "minItems": "at least {}",
        "maxItems": "at most {}",
        "pattern": "matches {}",
        "default": "default {}",
    }
    parts = [text.format(schema[name]) for name, text in words.items() if schema.get(name) is not None]
    if "enum" in schema:
        parts.append("one of " + ", ".join("null" if one is None else str(one) for one in schema["enum"]))
    return "; ".join(parts)


def _curl(specification: Spec, path: str, method: str, operation: Spec, body: Spec | None) -> str:
    lines = [f'curl -X {method.upper()} "$BASE{path}"']
    if operation.get("security"):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if body is not None:
        example = json.dumps(_example(specification, body, depth=4), ensure_ascii=False)
        lines += ['-H "Content-Type: application/json"', f"-d '{example}'"]
    return " \\\n  ".join(lines)


def _example(specification: Spec, schema: Spec, depth: int) -> Any:
    """A value of the right shape; only the required fields, to be short."""
    if "$ref" in schema:
        named = specification["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return _example(specification, named, depth - 1) if depth else {}
    several = schema.get("allOf") or schema.get("anyOf") or schema.get("oneOf")
    if several:
        return _example(specification, several[0], depth)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [_example(specification, schema.get("items", {}), depth)]
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: _example(specification, fields[name], depth) for name in schema.get("required", [])}
    return _example_value(schema, str(kind))


def _example_value(schema: Spec, kind: str) -> Any:
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    if kind == "boolean":
        return False
    formats = {
        "date": "2026-11-23",
        "date-time": "2026-11-23T08:00:00Z",
        "uuid": "00000000-0000-4000-8000-000000000000",
    }
    return formats.get(schema.get("format", ""), "…")
