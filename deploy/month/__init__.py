"""A whole month of a municipality's trips, driven through a running system from outside, and checked to the metre."""
