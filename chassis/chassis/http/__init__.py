"""The HTTP edge: routes as data, checked requests in, strict answers out, one listener for a process."""

from chassis.http.access import ANYONE, SIGNED_IN, Access, roles
from chassis.http.answers import Answer, Bytes, Page, Redirect, Reply
from chassis.http.call import Call
from chassis.http.listener import Listener
from chassis.http.route import Route
from chassis.http.security import session_cookie
from chassis.http.web import Web, application

__all__ = [
    "ANYONE",
    "SIGNED_IN",
    "Access",
    "Answer",
    "Bytes",
    "Call",
    "Listener",
    "Page",
    "Redirect",
    "Reply",
    "Route",
    "Web",
    "application",
    "roles",
    "session_cookie",
]
