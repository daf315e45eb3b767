"""Approval: who may decide a trip, and what they decided."""
