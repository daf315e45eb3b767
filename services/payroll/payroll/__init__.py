"""Payroll: who is employed, what a kilometre is worth, and what is paid for an approved trip."""
