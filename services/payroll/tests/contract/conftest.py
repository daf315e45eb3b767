from services.payroll.tests.integration.conftest import issuer, staffed, world

__all__ = ["issuer", "staffed", "world"]
