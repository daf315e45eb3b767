"""A service's published language as files: JSON Schemas and examples written by hand, AsyncAPI made from them.

``contract/events/<type>.v<n>.schema.json`` is never edited once released; ``contract/examples/<type>.v<n>/*.json`` are
real event data that fit it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chassis.store.feed import CONTENT_TYPE
from chassis.store.migrate import resource

_SCHEMA_NAME = re.compile(r"(?P<type>[a-z][a-z0-9-]*)\.v(?P<version>[1-9][0-9]*)\.schema\.json")


@dataclass(frozen=True, slots=True)
class EventContract:
    """One event type in one version: its schema, and examples by file name."""

    type: str
    version: int
    schema: dict[str, Any]
    examples: dict[str, dict[str, Any]]

    @property
    def name(self) -> str:
        """As the files are named: ``<type>.v<version>``."""
        return f"{self.type}.v{self.version}"


def read_contract(package: str) -> list[EventContract]:
    """Every event the service of ``package`` publishes, by name. ``ValueError`` for a file named otherwise."""
    folder = resource(package, "contract")
    return [_read_event(path, folder) for path in sorted((folder / "events").iterdir())]


def _read_event(path: Path, folder: Path) -> EventContract:
    name = _SCHEMA_NAME.fullmatch(path.name)
    if name is None:
        raise ValueError(f"{path.name} is not named <type>.v<version>.schema.json")
    examples = sorted((folder / "examples" / f"{name['type']}.v{name['version']}").glob("*.json"))
    return EventContract(
        type=name["type"],
        version=int(name["version"]),
        schema=json.loads(path.read_text()),
        examples={one.stem: json.loads(one.read_text()) for one in examples},
    )


def on_the_wire(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of an event's data as it travels: where fields are marked ``x-sealed``, sealed objects stand."""
    found: dict[str, Any] = _wire(schema)
    return found


def _wire(node: Any) -> Any:
    if isinstance(node, list):
        return [_wire(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-sealed") is True:
        opened = {name: value for name, value in node.items() if name != "x-sealed"}
        return {"type": _sealed_type(node), **SEALED, "x-opened": opened}
    return {name: _wire(value) for name, value in node.items()}


def _sealed_type(node: dict[str, Any]) -> list[str] | str:
    """A field that is not there is no secret: null stays null."""
    return ["object", "null"] if "null" in node.get("type", []) else "object"


SEALED: dict[str, Any] = {
    "required": ["$sealed", "alg", "key", "subject", "n", "c"],
    "properties": {
        "$sealed": {"const": 1},
        "alg": {"const": "A256GCM"},
        "key": {"type": "string", "description": "Which of the keys beside the feed's page opens it."},
        "subject": {"type": "string", "description": "The opaque id of the person it is about."},
        "n": {"type": "string", "description": "The nonce, base64; empty when it was written after the erasure."},
        "c": {"type": "string", "description": "The ciphertext with its tag, base64."},
    },
}
"""A sealed field: AES-256-GCM of the value as JSON; bound to ``<event id>|<path in data>|<subject>``."""


def asyncapi(service: str, version: str, events: list[EventContract]) -> str:
    """The AsyncAPI 3.0 document (YAML) of what ``service`` publishes on its exchange."""
    channels = {event.name: _channel(service, event) for event in events}
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": f"{service}: published events", "version": version, "license": {"name": "MPL-2.0"}},
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": {
            f"publish-{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in channels
        },
        "components": {"messages": {event.name: _message(event) for event in events}},
    }
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120))


def _channel(service: str, event: EventContract) -> dict[str, Any]:
    """On AMQP the routing key of the topic exchange; over HTTP the same bytes are rows of the feed."""
    exchange = {"name": f"{service}.events", "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": event.type,
        "description": event.schema.get("description", event.type),
        "messages": {event.name: {"$ref": f"#/components/messages/{event.name}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange}},
    }


def _message(event: EventContract) -> dict[str, Any]:
    """A CloudEvent whose ``data`` fits the event's schema file, once sealed fields are opened."""
    wire = on_the_wire(event.schema)
    attributes = {
        "specversion": {"const": "1.0"},
        "type": {"const": event.type},
        "data": {"$ref": f"./events/{event.name}.schema.json"} if wire == event.schema else wire,
    }
    attributes |= {name: {"type": "string"} for name in ("id", "source", "subject", "time", "sequence", "logid")}
    return {
        "name": event.type,
        "title": event.schema.get("title", event.type),
        "contentType": CONTENT_TYPE,
        "payload": {"type": "object", "required": list(attributes), "properties": attributes},
        "examples": [{"name": name, "payload": {"data": data}} for name, data in event.examples.items()],
    }
