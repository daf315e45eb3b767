"""The whole line, from a reported trip to the payroll file: this system, a naive one on nameko, and the least work."""
