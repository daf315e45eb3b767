"""The address finder: a plain page that does without scripts, for forms that need one address."""

from __future__ import annotations

from urllib.parse import unquote, urlencode, urlsplit

from chassis.http import SIGNED_IN, Call, Page, Route
from routing import application
from routing.app import RoutingApp
from routing.domain.register import Suggestion
from routing.http import schemas

_MOST_SHOWN = 20
_RETURN_BELOW = "/trips/"


def find_address(call: Call[RoutingApp]) -> Page:
    """With a local path under /trips/ as ``return``, each address links back there with itself in the query."""
    text, back = call.query["q"].strip()[: schemas.LONGEST_TEXT], local_path(call.query["return_to"])
    found = application.find_addresses(call.app, text, _MOST_SHOWN) if text else []
    shown = [{"text": address.text, "href": _with_address(back, address)} for address in found]
    return Page("addresses.html", {"q": text, "return_to": back, "addresses": shown})


def local_path(path: str) -> str:
    """``path`` when it leads to a page of trips on this site, else empty: nobody is sent anywhere else."""
    place = unquote(urlsplit(path).path)
    clean = path.isprintable() and not any(odd in place for odd in ("\\", "..", "//"))
    return path if clean and path.startswith(_RETURN_BELOW) else ""


def _with_address(back: str, address: Suggestion) -> str:
    if not back:
        return ""
    path, _, _ = back.partition("#")
    chosen = urlencode({"address_id": address.address_id, "text": address.text})
    return f"{path}{'&' if '?' in path else '?'}{chosen}"


ROUTES = (
    Route(
        "GET",
        "/routing/addresses",
        find_address,
        access=SIGNED_IN,
        summary="Find an address",
        query=schemas.AddressPageQuery,
        page=True,
    ),
)
