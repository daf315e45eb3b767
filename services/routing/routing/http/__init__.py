"""Routing over HTTP: the API and the address page."""
