"""Trips: what an employee drove, how far, and what is deducted before it is paid."""
