"""The HTTP edge of trips: its API and its pages."""
