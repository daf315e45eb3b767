"""Every route of trips."""

from __future__ import annotations

from trips.http.api import API
from trips.http.pages import PAGES

ROUTES = (*API, *PAGES)
