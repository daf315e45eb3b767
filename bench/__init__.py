"""Benchmarks: the same work beside a limit in one run, told as ratios. Never part of the tests."""
