"""The endpoints machines look at: feed, health, metrics, documents."""

import json
import time

import eventlet
import pytest

from chassis.bus import Envelope, HttpFeed

FEED = "/lending/feed"


def test_the_feed_gives_the_published_bytes_as_they_are(site, app, lend):
    lend("a", "b", "c")
    answer = site.get(f"{FEED}?after=1", token=site.token("integration"))
    entries = app.store.read_feed(1, 10).entries
    assert [entry.sequence for entry in entries] == [2, 3]
    assert answer.body.endswith(b'"events":[' + b",".join(entry.wire for entry in entries) + b"]}")
    assert (answer.json["head"], answer.json["logid"]) == (3, app.store.logid)
    assert answer.json["head_hash"] == entries[-1].hash


def test_a_sister_service_reads_it(site, lend):
    lend("a", "b")
    host, port = site.address
    page = HttpFeed(f"http://{host}:{port}{FEED}", lambda: site.token("integration")).read(0, 10)
    assert [Envelope.parse(entry.wire).data for entry in page.entries] == [{"book": "a"}, {"book": "b"}]


def test_the_feed_is_for_programs_that_may(site):
    assert site.get(FEED).status == 401
    assert site.get(FEED, token=site.token("employee", "admin")).status == 403


@pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=1001", "wait=21", "wait=x", "before=3"])
def test_the_feed_takes_no_odd_questions(site, query):
    assert site.get(f"{FEED}?{query}", token=site.token("integration")).status == 400


def test_a_page_of_the_feed_is_as_long_as_asked(site, lend):
    lend("a", "b", "c")
    answer = site.get(f"{FEED}?limit=2", token=site.token("integration"))
    assert (len(answer.json["events"]), answer.json["head"]) == (2, 3)


def test_who_waits_hears_of_an_event_at_once(site, lend, monkeypatch):
    monkeypatch.setattr("chassis.http.feed.ELSEWHERE_S", 15)
    eventlet.spawn_after(0.3, lend, "late")
    began = time.monotonic()
    answer = site.get(f"{FEED}?wait=20", token=site.token("integration"))
    assert len(answer.json["events"]) == 1
    assert 0.2 < time.monotonic() - began < 10


def test_who_waits_in_vain_gets_an_empty_page_in_time(site):
    began = time.monotonic()
    answer = site.get(f"{FEED}?wait=1", token=site.token("integration"))
    assert answer.json["events"] == []
    assert 0.9 < time.monotonic() - began < 5


def test_a_stop_does_not_wait_for_those_who_wait_for_events(site):
    from chassis.http import Listener

    waiting = eventlet.spawn(site.get, f"{FEED}?wait=20", token=site.token("integration"))
    eventlet.sleep(0.2)
    began = time.monotonic()
    Listener.close_all()
    assert time.monotonic() - began < 5
    assert waiting.wait().json["events"] == []


def test_others_are_served_while_one_waits(site):
    waiting = eventlet.spawn(site.get, f"{FEED}?wait=3", token=site.token("integration"))
    eventlet.sleep(0.1)
    assert site.get("/lending/version").status == 200
    assert not waiting.dead
    waiting.wait()


def test_a_loop_that_stopped_turning_makes_the_process_unwell(site, app):
    assert site.get("/lending/health/live").json["status"] == "ok"
    app.heartbeats.register("stuck loop", max_age_s=-1)
    answer = site.get("/lending/health/live")
    assert (answer.status, answer.json) == (503, {"status": "stopped", "stopped": ["stuck loop"]})
    app.heartbeats.forget("stuck loop")
    assert site.get("/lending/health/live").status == 200


def test_a_service_is_ready_when_its_tables_are_what_the_code_needs(site, app):
    from sqlalchemy import text

    from chassis.store import writing

    assert site.get("/lending/health/ready").json == {"status": "ok", "failing": {}}
    with writing(app.store.engine) as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = site.get("/lending/health/ready")
    assert (answer.status, answer.json["failing"]["migrations"]) == (
        503,
        "the database is at 0000, the code needs 0002",
    )


def test_a_service_without_its_database_is_not_ready_but_answers(site, app):
    from chassis.store import open_engine

    app.store.engine = open_engine("sqlite:////nowhere/at-all.db")
    assert site.get("/lending/health/live").status == 200
    answer = site.get("/lending/health/ready")
    assert (answer.status, answer.json["failing"]) == (503, {"database": "does not answer (OperationalError)"})
    answer = site.get("/lending/metrics")
    assert (answer.status, answer.json["code"]) == (503, "database_unavailable")
    assert "retry-after" in answer.headers


def test_metrics_count_requests_by_route_and_not_by_address(site, lend):
    lend("a")
    site.get("/lending/api/v1/loans/one")
    site.get("/lending/api/v1/loans/two")
    site.get("/lending/no/such/page")
    text = site.get("/lending/metrics").text
    assert 'http_request_seconds_count{method="GET",route="/lending/api/v1/loans/{book}",status="200"} 2.0' in text
    assert 'route="unmatched",status="404"' in text
    assert "feed_sequence 1.0" in text
    assert 'loop_age_seconds{loop="projections"}' in text


def test_methods_that_callers_invent_are_counted_as_one(site):
    for method in ("BREW", "X1", "X2"):
        site.ask(method, "/lending/")
    text = site.get("/lending/metrics").text
    assert 'http_request_seconds_count{method="other",route="unmatched",status="405"} 3.0' in text
    assert "BREW" not in text


def test_what_runs_here_is_said_to_anyone(site):
    assert site.get("/lending/version").json["service"] == "lending"


def test_the_api_description_is_made_from_the_routes_and_schemas(site):
    document = site.get("/lending/openapi.json").json
    operation = document["paths"]["/lending/api/v1/loans"]["post"]
    assert document["openapi"] == "3.1.0"
    assert operation["x-roles"] == ["signed-in"]
    assert document["paths"]["/lending/api/v1/cards/{person_id}"]["get"]["x-roles"] == ["librarian"]
    body = document["components"]["schemas"]["LoanBody"]
    assert body["properties"]["days"] == {"type": "integer", "minimum": 1, "maximum": 60}
    assert body["required"] == ["book", "days"]
    assert "/lending/" not in document["paths"], "pages are for people"


def test_the_api_description_is_the_same_every_time_and_without_configuration(site):
    from lending.service import LendingService

    served = site.get("/lending/openapi.json").body
    made = LendingService.web.specification("lending")
    assert json.loads(served) == made
    assert json.dumps(made) == json.dumps(LendingService.web.specification("lending"))


def test_the_api_description_is_valid_openapi(site):
    """Against the rules it can break: unique operation ids, and every reference leads somewhere."""
    document = site.get("/lending/openapi.json").json
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    references = [part.split('"')[0] for part in json.dumps(document).split('"#/components/schemas/')[1:]]
    assert set(references) <= set(document["components"]["schemas"])


def test_the_api_can_be_read_by_people(site):
    page = site.get("/lending/docs").text
    for part in ("/lending/api/v1/loans/{book}", "LoanBody", "librarian", "at most 100 characters", "Its title."):
        assert part in page
    assert "curl -X POST &#34;$BASE/lending/api/v1/loans&#34;" in page
    assert "<script" not in page
