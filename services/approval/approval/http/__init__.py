"""Approval over HTTP: the API and the inbox."""

from __future__ import annotations

from approval.http import api, pages

ROUTES = (*api.ROUTES, *pages.ROUTES)

__all__ = ["ROUTES"]
