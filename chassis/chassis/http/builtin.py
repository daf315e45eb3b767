"""The endpoints every service has without asking: its documentation, its feed, its health, its static files."""

import platform
from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields, validate
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis import health
from chassis.app import version_of
from chassis.errors import NotFound
from chassis.http.access import ANYONE, roles, roles_or_loopback
from chassis.http.answers import Bytes, Page, Reply
from chassis.http.call import Call
from chassis.http.documentation import described
from chassis.http.feed import FeedAnswer, FeedQuery, read_feed
from chassis.http.route import Route
from chassis.measuring import measure
from chassis.pages import Pages
from chassis.pages.renderer import fingerprint

CONTENT_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate"


class StaticQuery(Schema):
    v = fields.String(validate=validate.Length(max=64))


class Live(Schema):
    status = fields.String(required=True)
    stopped = fields.List(fields.String(), required=True, metadata={"description": "Loops that no longer turn."})


class Ready(Schema):
    status = fields.String(required=True)
    failing = fields.Dict(fields.String(), fields.String(), required=True)


class Version(Schema):
    service = fields.String(required=True)
    version = fields.String(required=True)
    chassis = fields.String(required=True)
    python = fields.String(required=True)


def operational(prefix: str, package: str, *, has_store: bool) -> list[Route]:
    """How machines look at a service. `package` is where its migrations belong to; a gateway has no store."""
    machines = roles_or_loopback("admin", "integration")
    routes = [
        Route("GET", f"{prefix}/health/live", live, access=ANYONE, summary="Does the process work?", returns=Live),
        Route("GET", f"{prefix}/version", version, access=ANYONE, summary="What runs here", returns=Version),
        Route("GET", f"{prefix}/metrics", metrics, access=machines, summary="For Prometheus", produces="text/plain"),
    ]
    if not has_store:
        return routes

    def ready(call: Call) -> Reply:
        failing = health.not_ready(call.app.store.engine, package)
        status = HTTPStatus.SERVICE_UNAVAILABLE if failing else HTTPStatus.OK
        return Reply({"status": "failing" if failing else "ok", "failing": failing}, status)

    return [
        *routes,
        Route(
            "GET",
            f"{prefix}/feed",
            read_feed,
            access=roles("integration"),
            summary="Published events in order, after a sequence",
            query=FeedQuery,
            returns=FeedAnswer,
        ),
        Route("GET", f"{prefix}/health/ready", ready, access=ANYONE, summary="Can it serve?", returns=Ready),
    ]


def documents(prefix: str, specification: dict[str, Any], pages: Pages) -> list[Route]:
    """The API's description, for programs and for people, and the files of the pages."""

    def static_file(call: Call) -> Bytes:
        name = call.path["name"]
        content = pages.static_file(name)
        if content is None:
            raise NotFound("unknown_path", "There is no such file.")
        mark = fingerprint(content)
        headers = {"ETag": f'"{mark}"', "Cache-Control": FOR_EVER if call.query.get("v") == mark else ASK_AGAIN}
        content_type = CONTENT_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        return Bytes(content, content_type, headers=headers)

    def read_openapi(_call: Call) -> Reply:
        return Reply(specification)

    def read_docs(_call: Call) -> Page:
        return Page("docs.html", described(specification))

    static = f"{prefix}/static/<name>"
    return [
        Route("GET", f"{prefix}/openapi.json", read_openapi, access=ANYONE, summary="The API as OpenAPI 3.1"),
        Route("GET", f"{prefix}/docs", read_docs, access=ANYONE, summary="The API to read", page=True),
        Route("GET", static, static_file, access=ANYONE, summary="Files of the pages", query=StaticQuery),
    ]


def live(call: Call) -> Reply:
    stopped = call.app.heartbeats.stopped()
    status = HTTPStatus.SERVICE_UNAVAILABLE if stopped else HTTPStatus.OK
    return Reply({"status": "stopped" if stopped else "ok", "stopped": stopped}, status)


def version(call: Call) -> Reply:
    return Reply(
        {
            "service": call.app.name,
            "version": call.app.version,
            "chassis": version_of("mileage-chassis"),
            "python": platform.python_version(),
        }
    )


def metrics(call: Call) -> Bytes:
    measure(call.app)
    return Bytes(generate_latest(call.app.metrics.registry), CONTENT_TYPE_LATEST)
