"""Every route of trips."""

from __future__ import annotations

from trips.http import drafts, phone, several
from trips.http.api import API
from trips.http.changing import CHANGING
from trips.http.pages import PAGES
from trips.http.profile.api import API as PROFILE_API
from trips.http.profile.pages import PAGES as PROFILE_PAGES
from trips.http.settings import SETTINGS_API
from trips.http.settings_pages import SETTINGS_PAGES
from trips.http.sixty_days import SIXTY_DAY_API
from trips.http.sixty_days_page import SIXTY_DAY_PAGES

ROUTES = (
    *API,
    *CHANGING,
    *drafts.API,
    *several.API,
    *phone.API,
    *PROFILE_API,
    *SETTINGS_API,
    *SIXTY_DAY_API,
    *PAGES,
    *drafts.PAGES,
    *several.PAGES,
    *PROFILE_PAGES,
    *SETTINGS_PAGES,
    *SIXTY_DAY_PAGES,
)
