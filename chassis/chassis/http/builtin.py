"""The endpoints every service has without asking: its documentation, its feed, its health, its static files."""

import platform
from collections.abc import Sequence
from http import HTTPStatus

from marshmallow import Schema, fields, validate
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis import health
from chassis.app import App, WebApp, version_of
from chassis.errors import NotFound
from chassis.http.access import ANYONE, roles, roles_or_loopback
from chassis.http.answers import Bytes, Page, Reply
from chassis.http.call import Call
from chassis.http.documentation import described
from chassis.http.feed import FeedAnswer, FeedQuery, read_feed
from chassis.http.openapi import document
from chassis.http.route import Route
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


class Builtin:
    """`package` is where the service's migrations belong to; a gateway has neither store nor feed."""

    def __init__(self, app: WebApp, prefix: str, package: str, pages: Pages) -> None:
        self._app = app
        self._prefix = prefix
        self._package = package
        self._pages = pages

    def with_own(self, own: Sequence[Route]) -> list[Route]:
        """The service's routes and the built-in ones; the OpenAPI document lists both."""
        listed = [*own, *self._operational()]
        specification = document(self._app.name, self._app.version, listed)
        at, anyone = self._prefix, ANYONE
        return [
            *listed,
            Route("GET", f"{at}/openapi.json", lambda _: Reply(specification), access=anyone, summary="This document"),
            Route(
                "GET",
                f"{at}/docs",
                lambda _: Page("docs.html", described(specification)),
                access=anyone,
                summary="The document to read",
                page=True,
            ),
            Route(
                "GET",
                f"{at}/static/<name>",
                self._static_file,
                access=anyone,
                summary="Files of the pages",
                query=StaticQuery,
            ),
        ]

    def _operational(self) -> list[Route]:
        at, machines = self._prefix, roles_or_loopback("admin", "integration")
        routes = [
            Route("GET", f"{at}/health/live", self.live, access=ANYONE, summary="Does the process work?", returns=Live),
            Route("GET", f"{at}/version", self.version, access=ANYONE, summary="What runs here", returns=Version),
            Route(
                "GET", f"{at}/metrics", self.metrics, access=machines, summary="For Prometheus", produces="text/plain"
            ),
        ]
        if isinstance(self._app, App):
            routes += [
                Route(
                    "GET",
                    f"{at}/feed",
                    read_feed,
                    access=roles("integration"),
                    summary="Published events in order, after a sequence",
                    query=FeedQuery,
                    returns=FeedAnswer,
                ),
                Route(
                    "GET", f"{at}/health/ready", self.ready, access=ANYONE, summary="Can it serve?", returns=Ready
                ),
            ]
        return routes

    def live(self, _call: Call) -> Reply:
        stopped = self._app.heartbeats.stopped()
        status = HTTPStatus.SERVICE_UNAVAILABLE if stopped else HTTPStatus.OK
        return Reply({"status": "stopped" if stopped else "ok", "stopped": stopped}, status)

    def ready(self, call: Call) -> Reply:
        failing = health.not_ready(call.app.store.engine, self._package)
        status = HTTPStatus.SERVICE_UNAVAILABLE if failing else HTTPStatus.OK
        return Reply({"status": "failing" if failing else "ok", "failing": failing}, status)

    def version(self, _call: Call) -> Reply:
        return Reply(
            {
                "service": self._app.name,
                "version": self._app.version,
                "chassis": version_of("mileage-chassis"),
                "python": platform.python_version(),
            }
        )

    def metrics(self, _call: Call) -> Bytes:
        for loop, age_s in self._app.heartbeats.ages_s().items():
            self._app.metrics.loop_age_seconds.labels(loop).set(age_s)
        return Bytes(generate_latest(self._app.metrics.registry), CONTENT_TYPE_LATEST)

    def _static_file(self, call: Call) -> Bytes:
        name = call.path["name"]
        content = self._pages.static_file(name)
        if content is None:
            raise NotFound("unknown_path", "There is no such file.")
        mark = fingerprint(content)
        headers = {"ETag": f'"{mark}"', "Cache-Control": FOR_EVER if call.query.get("v") == mark else ASK_AGAIN}
        content_type = CONTENT_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        return Bytes(content, content_type, headers=headers)
