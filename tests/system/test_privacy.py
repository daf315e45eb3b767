"""The CPR number never leaves payroll: not by its events, not into another database, not into a log."""

import psycopg2
from sqlalchemy import make_url

from deploy.client import program
from deploy.demo.municipality import snapshot

NUMBERS = [person["CPR"] for person in snapshot()["Persons"]]
SERVICES = ("trips", "approval", "payroll", "routing")


def found_in(content):
    """Every CPR number of the municipality that stands in these bytes, in plain or with its dash."""
    return [n for n in NUMBERS if n.encode() in content or f"{n[:6]}-{n[6:]}".encode() in content]


def everything_in(database_url):
    """Every row of every table, as text."""
    url = make_url(database_url)
    with psycopg2.connect(host=url.host, port=url.port, user=url.username, dbname=url.database) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (row[0].encode() for row in cursor)


def test_no_database_holds_a_cpr_number_in_plain_payrolls_own_included(distributed):
    for service, url in distributed.outside.databases.items():
        rows = b"\n".join(everything_in(url))
        assert rows, f"{service} has data"
        assert found_in(rows) == [], service


def test_no_file_of_the_embedded_system_holds_a_cpr_number_in_plain(embedded):
    files = [path for path in embedded.outside.data_dir.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    for path in files:
        content = path.read_bytes()
        assert found_in(content) == [], path.name


def test_no_published_event_carries_a_cpr_number(running):
    api = running.system.acting_as(program("integration"))
    for service in SERVICES:
        body = running.system.request(
            "GET", f"/{service}/feed?limit=1000", headers={"Authorization": f"Bearer {api.token}"}
        ).content
        assert body
        assert found_in(body) == [], service


def test_no_service_logs_a_cpr_number(distributed):
    for service in SERVICES:
        log = distributed.outside.log(service).encode()
        assert found_in(log) == [], service


def test_the_list_of_people_shows_no_cpr_number(running):
    people = running.acting_as("payroll").get("/payroll/api/v1/people")
    assert found_in(str(people).encode()) == []


def test_the_search_finds_what_it_looks_for():
    assert found_in(f"x{NUMBERS[3]}y".encode()) == [NUMBERS[3]]
    assert found_in(f"{NUMBERS[4][:6]}-{NUMBERS[4][6:]}".encode()) == [NUMBERS[4]]
