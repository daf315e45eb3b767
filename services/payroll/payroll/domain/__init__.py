"""The rules of payroll, pure: no clock, no database, no framework."""
