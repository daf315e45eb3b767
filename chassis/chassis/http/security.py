"""What protects a browser: headers on every answer, and the origin of a request that changes something."""

import re
from urllib.parse import urlsplit

from werkzeug import Request

from chassis.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION_COOKIE = "session"
NAMES_OF_THIS_MACHINE = re.compile(r"(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def check_origin(request: Request, public_url: str, *, with_cookie: bool) -> None:
    """A request that changes something must come from our own pages when the browser adds the identity by itself.

    The browser's word counts: `Sec-Fetch-Site`, else `Origin`. With neither there is no browser, and then nobody may
    use a cookie: programs send their token in the Authorization header.

    :raises Forbidden:
    """
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        same = site == "same-origin"
    elif origin is not None:
        same = _site(origin) == _site(public_url or request.host_url)
    else:
        same = not with_cookie
    if not same:
        raise Forbidden("cross_origin", "This must be sent from a page of this site.")


def _site(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


def is_direct_from_this_machine(request: Request) -> bool:
    """Whether the peer is this machine and no proxy says that it asks for somebody else."""
    proxied = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-Ip"))
    return request.remote_addr in ("127.0.0.1", "::1") and not proxied


def is_addressed_to_this_machine(request: Request) -> bool:
    """Whether the address in the browser is this machine's own name: not that of a tunnel, nor of a foreign page whose
    name was made to point here.
    """
    return NAMES_OF_THIS_MACHINE.fullmatch(request.headers.get("Host", "")) is not None


def session_cookie(token: str, *, secure: bool, max_age_s: int = 12 * 3600) -> dict[str, str]:
    """The header that signs a browser in; an empty token signs it out."""
    age = max_age_s if token else 0
    attributes = f"Path=/; Max-Age={age}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
    return {"Set-Cookie": f"{SESSION_COOKIE}={token}; {attributes}"}
