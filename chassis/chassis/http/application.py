"""The WSGI application of one service: finds the route, checks, calls the handler, turns the answer into bytes.

Runs in the greenlet of its connection. Whatever is raised becomes an answer, and nothing of our inside leaves.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import uuid4

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, RequestRedirect, Rule

from chassis import logs
from chassis.app import WebApp
from chassis.errors import ServiceError, Unauthenticated
from chassis.http import parsing, rendering, security
from chassis.http.call import Call
from chassis.http.route import Route, instance
from chassis.identity import Identity
from chassis.pages import Pages
from chassis.store.away import is_away

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log = logging.getLogger(__name__)


class Application:
    def __init__(self, app: WebApp, routes: Sequence[Route], pages: Pages) -> None:
        self._app = app
        self._pages = pages
        self._version = app.version
        self._map = Map([Rule(r.path, methods=[r.method], endpoint=r) for r in routes], merge_slashes=False)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        given = request.headers.get("X-Correlation-Id", "")
        correlation_id = given if CORRELATION_ID.fullmatch(given) else uuid4().hex
        began = time.perf_counter()
        with logs.bound(service=self._app.name, version=self._version, correlation_id=correlation_id):
            route, response = self._respond(request, correlation_id)
        seconds = time.perf_counter() - began
        label = route.template if route else "unmatched"
        method = request.method if request.method in METHODS else "other"  # else a caller could invent label values
        self._app.metrics.http_request_seconds.labels(label, method, response.status_code).observe(seconds)
        response.headers["X-Correlation-Id"] = correlation_id
        for name, value in security.HEADERS.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def _respond(self, request: Request, correlation_id: str) -> tuple[Route | None, Response]:
        route: Route | None = None
        identity: Identity | None = None
        try:
            route, path = self._match(request)
            identity = self._identified(request, route)
            self._admit(request, route, identity)
            return route, self._handled(request, route, path, identity, correlation_id)
        except RequestRedirect as redirect:
            return None, Response(b"", redirect.code, {"Location": redirect.new_url})
        except MethodNotAllowed as error:
            response = self._failed(request, route, identity, error, correlation_id)
            if request.method == "OPTIONS":
                response = Response(b"", rendering.NO_CONTENT)
            response.headers["Allow"] = ", ".join(sorted({*(error.valid_methods or ()), "OPTIONS"}))
            return None, response
        except Exception as error:  # noqa: BLE001 - the last place that can turn it into an answer
            return route, self._failed(request, route, identity, error, correlation_id)

    def _match(self, request: Request) -> tuple[Route, dict[str, Any]]:
        adapter = self._map.bind_to_environ(request.environ)
        route, path = adapter.match()
        parsing.check_path(path)
        return route, dict(path)

    def _identified(self, request: Request, route: Route) -> Identity | None:
        """Who asks. A token that is no good counts as none where anybody may come."""
        try:
            return self._identify(request.headers.get("Authorization"), request.cookies.get(security.SESSION_COOKIE))
        except ServiceError:
            if route.access.signed_in:
                raise
            return None

    def _admit(self, request: Request, route: Route, identity: Identity | None) -> None:
        """Whether they may."""
        header = request.headers.get("Authorization")
        cookie = request.cookies.get(security.SESSION_COOKIE)
        route.access.admit(identity, from_this_machine=security.is_direct_from_this_machine(request))
        if route.page or header is None:
            security.check_origin(
                request, self._app.config.public_url, with_cookie=header is None and cookie is not None
            )

    def _identify(self, header: str | None, cookie: str | None) -> Identity | None:
        if header is not None:
            scheme, _, token = header.partition(" ")
            if scheme.lower() != "bearer":
                raise Unauthenticated("token_refused", "Authorization must read: Bearer and a token.")
            return self._app.verifier.verify(token.strip())
        return self._app.verifier.verify(cookie) if cookie else None

    def _handled(
        self, request: Request, route: Route, path: dict[str, Any], identity: Identity | None, correlation_id: str
    ) -> Response:
        reader = self._pages.reader(request, identity)
        body = None
        if route.body is not None:
            body = parsing.read_json(request, instance(route.body), route.max_body_bytes)
        elif route.page and route.method == "POST":
            parsing.read_form(request, route.max_body_bytes)
        elif request.method not in security.SAFE_METHODS:
            parsing.read_body(request, route.max_body_bytes)
        call = Call[Any](
            app=self._app,
            request=request,
            identity=identity,
            language=reader.language,
            t=reader.t,
            correlation_id=correlation_id,
            path=path,
            query=parsing.read_query(request, None if route.query is None else instance(route.query)),
            body=body,
        )
        return rendering.of_answer(self._pages, route, reader, route.handler(call))

    def _failed(
        self, request: Request, route: Route | None, identity: Identity | None, error: Exception, correlation_id: str
    ) -> Response:
        if is_away(error):
            _log.warning("the database is away in %s %s", request.method, route.path if route else "?")
        elif not isinstance(error, ServiceError | HTTPException):
            _log.error("unexpected error in %s %s", request.method, route.path if route else "?", exc_info=error)
        as_page = (
            route.page if route else "/api/" not in request.path and "text/html" in request.headers.get("Accept", "")
        )
        reader = self._pages.reader(request, identity)
        return rendering.of_error(self._pages, reader, error, correlation_id, as_page=as_page)
