"""The two ways to run the system, each started once for all tests that look at it from outside."""

import pytest

from deploy.child import EmbeddedChild
from deploy.demo import arrival, line
from deploy.demo.people import everybody, featured
from tests.system.harness import Distributed

PATIENCE_S = 60


class Line:
    """A running system with the municipality in it, however it is run."""

    def __init__(self, system, outside):
        self.system = system
        self.outside = outside
        self.people = everybody(system)
        self.cast = featured(self.people)

    @property
    def is_distributed(self):
        return isinstance(self.outside, Distributed)

    def acting_as(self, part):
        """Calls as one of the cast: employee, leader, payroll, admin."""
        return self.system.acting_as(self.cast[part].identity)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    with EmbeddedChild(tmp_path_factory.mktemp("embedded")) as child:
        yield Line(child.system(), child)


@pytest.fixture(scope="session")
def distributed(tmp_path_factory, postgres, rabbitmq):
    outside = Distributed(tmp_path_factory.mktemp("distributed"), postgres, rabbitmq)
    try:
        outside.prepare()
        outside.start()
        arrival.import_organisation(outside.system)
        line.wait_until_known(outside.system, "payroll", ("trips", "approval"), PATIENCE_S)
        yield Line(outside.system, outside)
    finally:
        outside.close()


@pytest.fixture(params=["embedded", "distributed"])
def running(request):
    return request.getfixturevalue(request.param)
