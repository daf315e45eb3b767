"""Every route of trips."""

from __future__ import annotations

from trips.http.api import API
from trips.http.pages import PAGES
from trips.http.profile.api import API as PROFILE_API
from trips.http.profile.pages import PAGES as PROFILE_PAGES

ROUTES = (*API, *PROFILE_API, *PAGES, *PROFILE_PAGES)
