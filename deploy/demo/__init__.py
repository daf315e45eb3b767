"""A fictive municipality on a fictive map, so that the whole system can be tried without anybody's data."""
