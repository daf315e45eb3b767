"""From a handler's answer, or an error, to the response that is sent."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from werkzeug import Request, Response
from werkzeug.http import dump_cookie

from chassis.http.answers import Answer, Bytes, Page, Redirect
from chassis.http.dumping import dump
from chassis.http.problems import CONTENT_TYPE as PROBLEM
from chassis.http.problems import encoded, problem_of
from chassis.http.route import Route, instance
from chassis.pages import Pages, Reader
from chassis.pages.i18n import LANGUAGES

UNAUTHENTICATED = 401
UNAVAILABLE = 503
NO_CONTENT = 204
YEAR_S = 365 * 24 * 3600
HTML = "text/html; charset=utf-8"


def of_answer(pages: Pages, route: Route, reader: Reader, answer: Answer) -> Response:
    response = _body_of(pages, route, reader, answer)
    for name, value in answer.headers.items():
        response.headers.add(name, value)
    if "ETag" in answer.headers:
        response.make_conditional(reader.request)
    remember_language(reader.request, response)
    return response


def _body_of(pages: Pages, route: Route, reader: Reader, answer: Answer) -> Response:
    if isinstance(answer, Page):
        return Response(pages.render(answer.template, reader, answer.data), answer.status, content_type=HTML)
    if isinstance(answer, Redirect):
        return Response(b"", 303, {"Location": answer.url})
    if isinstance(answer, Bytes):
        return Response(answer.content, route.status, _download(answer), content_type=answer.content_type)
    status = answer.status or route.status
    if status == NO_CONTENT:
        return Response(b"", status)
    data = answer.data if route.returns is None else dump(instance(route.returns), answer.data)
    return Response(encoded(data), status, content_type="application/json")


def _download(answer: Bytes) -> dict[str, str]:
    """RFC 6266: a plain name for old clients, the true one for the others."""
    if answer.filename is None:
        return {}
    plain = answer.filename.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(answer.filename)}"}


def of_error(pages: Pages, reader: Reader, error: Exception, correlation_id: str, *, as_page: bool) -> Response:
    problem = problem_of(error)
    status = problem["status"]
    if as_page:
        response = Response(_error_page(pages, reader, problem, correlation_id), status, content_type=HTML)
    else:
        response = Response(encoded(problem), status, content_type=PROBLEM)
    if status == UNAUTHENTICATED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response


def _error_page(pages: Pages, reader: Reader, problem: Mapping[str, Any], correlation_id: str) -> str:
    title_key, sentence_key = f"error_title_{problem['status']}", f"error.{problem['code']}"
    data = {
        "title": reader.t(title_key) if pages.has_text(title_key) else problem["title"],
        "sentence": reader.t(sentence_key) if pages.has_text(sentence_key) else problem["detail"],
        "status": problem["status"],
        "correlation_id": correlation_id,
    }
    return pages.render("error.html", reader, data)


def remember_language(request: Request, response: Response) -> None:
    """A language that was asked for stays, for all services behind the same address."""
    if request.args.get("lang") in LANGUAGES:
        cookie = dump_cookie("lang", request.args["lang"], max_age=YEAR_S, path="/", samesite="Lax")
        response.headers.add("Set-Cookie", cookie)
