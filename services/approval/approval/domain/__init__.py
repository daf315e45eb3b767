"""The rules of approval, pure: no database, no clock, no framework."""
