"""Every route of trips."""

from __future__ import annotations

from trips.http import drafts, several
from trips.http.api import API
from trips.http.pages import PAGES
from trips.http.profile.api import API as PROFILE_API
from trips.http.profile.pages import PAGES as PROFILE_PAGES

ROUTES = (*API, *drafts.API, *several.API, *PROFILE_API, *PAGES, *drafts.PAGES, *several.PAGES, *PROFILE_PAGES)
