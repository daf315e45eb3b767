"""Every read model of every service, made again from nothing while the services run, is the one people were shown."""

import json

import psycopg2
import pytest
from sqlalchemy.engine import make_url

from deploy.demo import line
from tests.system.harness import LISTENS_TO
from tests.system.test_line import PATIENCE_S, approve_all, drawn

pytestmark = [pytest.mark.slow]


def test_every_projection_rebuilt_from_nothing_equals_the_live_one_row_by_row(distributed):
    trips = [drawn(distributed, f"rebuilt {index}") for index in range(3)]
    for trip in trips:
        line.report(distributed.system, trip)
    approve_all(distributed, trips)  # what is settled comes from the tests before: months that can be closed are few
    line.wait_until_known(distributed.system, "trips", ("payroll", "approval"), PATIENCE_S)
    outside = distributed.outside
    compared = 0
    for service in LISTENS_TO:
        for projection in names(outside, service):
            outside.command(service, "projections", "rebuild", projection)
        for table, live, former in both_sets(outside.databases[service]):
            assert live == former, f"{service}: {table}"
            compared += len(live)
    assert compared


def names(outside, service):
    sets = json.loads(outside.command(service, "projections", "list", "--format", "json"))
    assert [one["failure"] for one in sets] == [None] * len(sets)
    return sorted({one["name"] for one in sets})


def both_sets(database):
    """Each table of a read model with its rows, those that are live and those that were."""
    url = make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'previous'")
        for (table,) in cursor.fetchall():
            rows = []
            for schema in ("public", "previous"):
                cursor.execute(f'SELECT * FROM {schema}."{table}"')
                rows.append(sorted(cursor.fetchall(), key=repr))
            yield table, *rows
    connection.close()
