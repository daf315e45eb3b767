"""Routing: addresses, and driven distance measured on a map the site brings."""
