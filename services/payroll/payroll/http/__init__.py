"""Payroll over HTTP: the API and the pages of payroll people."""

from __future__ import annotations

from payroll.http import api, pages

ROUTES = (*api.ROUTES, *pages.ROUTES)

__all__ = ["ROUTES"]
