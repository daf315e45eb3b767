"""The two ways to run the system, each started once for all tests that look at it from outside."""

import pytest

from tests.system.harness import distributed_line, embedded_line


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    yield from embedded_line(tmp_path_factory.mktemp("embedded"))


@pytest.fixture(scope="session")
def distributed(tmp_path_factory, postgres, rabbitmq):
    yield from distributed_line(tmp_path_factory.mktemp("distributed"), postgres, rabbitmq)


@pytest.fixture(params=["embedded", "distributed"])
def running(request):
    return request.getfixturevalue(request.param)
