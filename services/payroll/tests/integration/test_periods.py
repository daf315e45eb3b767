import threading
import uuid

import pytest

from payroll.application.periods import Wish, close_period
from payroll.domain.errors import FiguresChanged
from payroll.domain.period import Expected
from services.payroll.tests.builders import a_rate, approved, municipality, submitted
from services.payroll.tests.integration.conftest import SYSTEM


def test_closing_settles_every_approved_trip_and_publishes_the_sums(staffed):
    anne, bent = staffed.people()["Anne"], staffed.people()["Bent"]
    staffed.drive(anne, net_m=12_340)
    staffed.drive(bent, net_m=7_660, rate_type="bicycle")
    answer = staffed.close()
    assert answer.status_code == 200
    sums = {name: answer.json[name] for name in ("status", "trip_count", "line_count", "net_m", "amount_oere")}
    assert sums == {"status": "closed", "trip_count": 2, "line_count": 2, "net_m": 20_000, "amount_oere": 4862 + 490}
    (closed,) = staffed.published("period-closed")
    assert {
        **closed.data,
        "status": "closed",
        "problems": [],
        "warnings": [],
        "position": answer.json["position"],
    } == answer.json
    settled = {entry.data["person_id"]: entry.data for entry in staffed.published("trip-settled")}
    assert settled[anne["person_id"]]["amount_oere"] == 4862
    assert settled[bent["person_id"]]["pay_code"] == "3103"
    assert closed.data["pay_codes"] == [
        {"pay_code": "3101", "trip_count": 1, "net_m": 12_340, "amount_oere": 4862},
        {"pay_code": "3103", "trip_count": 1, "net_m": 7_660, "amount_oere": 490},
    ]


def test_closing_again_pays_nothing_and_answers_the_same(staffed):
    staffed.drive(staffed.people()["Anne"])
    first = staffed.close()
    staffed.drive(staffed.people()["Bent"], decided_at="2026-03-21T08:00:00Z")
    before = staffed.head()
    again = staffed.close()
    assert again.json == first.json
    assert staffed.head() == before


def test_two_processes_that_close_at_once_settle_once(staffed):
    staffed.drive(staffed.people()["Anne"])
    apps = [staffed.app, staffed.another(), staffed.another()]
    values = []
    threads = [
        threading.Thread(target=lambda app=app: values.append(close_period(app, SYSTEM, "2026-03").value["period"]))
        for app in apps
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(values) == 3
    assert values[0] == values[1] == values[2]
    assert len(staffed.published("trip-settled")) == 1
    assert len(staffed.published("period-closed")) == 1


def test_two_periods_closed_at_once_do_not_both_pay_a_trip(staffed):
    staffed.drive(staffed.people()["Anne"])
    counts = [close_period(app, SYSTEM, period).value["period"]["trip_count"] for app, period in
              ((staffed.app, "2026-03"), (staffed.another(), "2026-04"))]  # fmt: skip
    assert counts == [1, 0]
    assert len(staffed.published("trip-settled")) == 1


def test_submission_and_approval_arrive_in_any_order(staffed):
    anne = staffed.people()["Anne"]
    trip_id = str(uuid.uuid4())
    staffed.tell("approval", "trip-approved", approved(trip_id, anne["person_id"]))
    assert staffed.call("GET", "/api/v1/periods/2026-03", "payroll").json["trip_count"] == 0
    employment_id = anne["employments"][0]["employment_id"]
    staffed.tell("trips", "trip-submitted", submitted(trip_id, anne["person_id"], employment_id))
    assert staffed.call("GET", "/api/v1/periods/2026-03", "payroll").json["trip_count"] == 1


def test_an_approval_of_an_older_revision_pays_nothing(staffed):
    anne = staffed.people()["Anne"]
    trip_id = staffed.drive(anne)
    again = submitted(trip_id, anne["person_id"], anne["employments"][0]["employment_id"], revision=2, net_m=99_000)
    staffed.tell("trips", "trip-submitted", again)
    assert staffed.close().json["trip_count"] == 0


def test_a_late_approval_goes_to_the_next_period(staffed):
    anne = staffed.people()["Anne"]
    staffed.drive(anne, decided_at="2026-03-31T21:59:59Z")
    late = staffed.drive(anne, decided_at="2026-04-02T08:00:00Z")
    assert staffed.close(cut_off="2026-04-01T00:00:00+02:00").json["trip_count"] == 1
    assert staffed.close("2026-04").json["trip_count"] == 1
    by_period = {entry.data["period"]: entry.data["trip_id"] for entry in staffed.published("trip-settled")}
    assert by_period["2026-04"] == late


def test_trips_that_cannot_be_priced_refuse_the_closing_and_nothing_is_stored(staffed):
    anne = staffed.people()["Anne"]
    staffed.drive(anne)
    no_rate = staffed.drive(anne, rate_type="rocket")
    no_account = staffed.drive(anne, account="12345")
    nobody = staffed.drive({**anne, "employments": [{"employment_id": "unknown"}]})
    before = staffed.head()
    answer = staffed.close()
    assert (answer.status_code, answer.json["code"]) == (422, "unpayable_trips")
    assert {item["trip_id"]: item["code"] for item in answer.json["problems"]} == {
        no_rate: "no_rate",
        no_account: "bad_account",
        nobody: "unknown_employment",
    }
    assert staffed.head() == before
    shown = staffed.call("GET", "/api/v1/periods/2026-03", "payroll").json
    assert (shown["trip_count"], len(shown["problems"])) == (1, 3)


@pytest.mark.parametrize(
    ("period", "body", "status", "code"),
    [
        ("2026-05", {}, 422, "period_in_future"),
        ("2026-13", {}, 422, "bad_period"),
        ("2026-03", {"cut_off": "2026-04-07T10:00:01Z"}, 422, "cut_off_in_future"),
        ("2026-03", {"cut_off": "2026-04-01"}, 400, "invalid"),
        ("2026-03", {"cut_off": "0001-01-01T00:00:00+05:00"}, 400, "invalid"),
        ("2026-03", {"cut_off": "9999-12-31T23:59:59-05:00"}, 400, "invalid"),
        ("2026-03", {"accept_incomplete": "yes"}, 400, "invalid"),
        ("1999-01", {}, 422, "period_too_early"),
        ("0000-01", {}, 422, "period_too_early"),
        ("2026-03", {"cutoff": None}, 400, "invalid"),
    ],
)
def test_a_closing_that_makes_no_sense_is_refused(staffed, period, body, status, code):
    before = staffed.head()
    answer = staffed.close(period, **body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert staffed.head() == before


def test_a_month_that_was_skipped_is_neither_closed_nor_shown_any_more(staffed):
    """What was approved in February is in March, or in what is closed next."""
    march = staffed.close("2026-03").json
    before = staffed.head()
    answer = staffed.close("2026-02")
    assert (answer.status_code, answer.json["code"]) == (422, "later_period_closed")
    assert "2026-03" in answer.json["detail"]
    assert staffed.head() == before
    staffed.catch_up()
    assert staffed.call("GET", "/api/v1/periods/2026-02", "payroll").status_code == 404
    assert [item["period"] for item in staffed.call("GET", "/api/v1/periods", "payroll").json["items"]] == [
        "2026-04",
        "2026-03",
    ]
    assert staffed.close("2026-04").status_code == 200
    assert staffed.close("2026-03").json == march


def test_the_figures_a_person_saw_must_still_be_so(staffed):
    anne = staffed.people()["Anne"]
    staffed.drive(anne)
    with pytest.raises(FiguresChanged):
        close_period(staffed.app, SYSTEM, "2026-03", Wish(expected=Expected(1, 1)))
    seen = Wish(expected=Expected(1, 4862))
    assert close_period(staffed.app, SYSTEM, "2026-03", seen).value["period"]["trip_count"] == 1


def test_an_open_period_shows_what_closing_it_pays(staffed):
    staffed.drive(staffed.people()["Anne"])
    listed = staffed.call("GET", "/api/v1/periods", "payroll").json["items"]
    assert [(item["period"], item["status"]) for item in listed] == [
        ("2026-04", "open"),
        ("2026-03", "open"),
        ("2026-02", "open"),
    ]
    shown = listed[1]
    closed = staffed.close().json
    same = ("trip_count", "line_count", "net_m", "amount_oere", "pay_codes", "checksum")
    assert {name: shown[name] for name in same} == {name: closed[name] for name in same}
    listed = staffed.call("GET", f"/api/v1/periods?min_position={closed['position']}", "payroll")
    assert listed.status_code == 503
    staffed.catch_up()
    listed = staffed.call("GET", f"/api/v1/periods?min_position={closed['position']}", "payroll").json["items"]
    assert [(item["period"], item["status"]) for item in listed] == [("2026-04", "open"), ("2026-03", "closed")]


def test_the_file_has_the_same_bytes_whatever_changes_afterwards(staffed):
    anne, bent = staffed.people()["Anne"], staffed.people()["Bent"]
    staffed.drive(anne, net_m=123_500, account="9999999999")
    staffed.drive(bent, net_m=9, driving_date="2026-02-03")
    staffed.drive(bent, net_m=12_345, driving_date="2026-02-03")
    staffed.close()
    answer = staffed.file()
    assert answer.data == (
        b"123 Testby Kommune\r\n"
        b"DA6012319901801112031010123500000000   9999999999310326\r\n"
        b"DA6012319805752223031010012350000000             280226\r\n"
    )
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="opus-2026-03.txt"')
    changed = municipality()
    changed["Persons"][0]["Employments"][0] |= {"EmploymentType": 3, "ExtraNumber": 7, "CostCenter": None}
    changed["Persons"][1]["Employments"][0] |= {"EmployeeNumber": "99"}
    assert staffed.snapshot(changed).status_code == 200
    from payroll.application.files import opus_of

    elsewhere = staffed.another(MUNICIPALITY_NUMBER="7", FILE_HEADER="", FILE_ENCODING="iso-8859-1")
    assert opus_of(elsewhere, SYSTEM, "2026-03") == answer.data


def test_fetching_the_file_is_recorded_for_each_person_in_it(staffed):
    anne = staffed.people()["Anne"]
    staffed.drive(anne)
    staffed.close()
    staffed.file()
    from chassis.identity import accesses_of

    record = accesses_of(staffed.app.store.engine, anne["person_id"])[-1]
    assert (record.actor, record.what) == ("somebody-payroll", "payroll file 2026-03")
    exported = staffed.app.store.read_stream("period-2026-03")[-1]
    assert (exported.type, exported.meta.actor) == ("file-exported", "somebody-payroll")


def test_there_is_no_file_before_the_closing_nor_without_lines(staffed):
    assert (staffed.file().status_code, staffed.file().json["code"]) == (404, "period_not_closed")
    staffed.drive(staffed.people()["Anne"], net_m=0)
    assert staffed.close().json["trip_count"] == 1
    assert (staffed.file().status_code, staffed.file().json["code"]) == (404, "no_lines")


def test_a_file_cannot_be_made_once_a_cpr_number_in_it_is_erased(staffed):
    anne = staffed.people()["Anne"]
    staffed.drive(anne)
    staffed.close()
    staffed.app.people_keys.destroy(anne["person_id"])
    assert (staffed.file().status_code, staffed.file().json["code"]) == (409, "cpr_erased")


def test_a_rate_set_later_changes_no_settlement(staffed):
    staffed.drive(staffed.people()["Anne"])
    first = staffed.close().json
    from payroll.application.rates import set_rates

    set_rates(staffed.app, SYSTEM, [a_rate(oere=1)])
    staffed.catch_up()
    assert staffed.close().json == first
    assert staffed.published("trip-settled")[0].data["amount_oere"] == 4862


def test_only_payroll_closes_and_fetches_files(staffed):
    for role in ("employee", "admin", "auditor", "integration"):
        assert staffed.call("POST", "/api/v1/periods/2026-03/close", role, json={}).status_code == 403
        assert staffed.call("GET", "/api/v1/periods/2026-03/files/opus", role).status_code == 403


def test_every_read_model_can_be_rebuilt_and_is_the_same(staffed):
    staffed.drive(staffed.people()["Anne"])
    staffed.close()
    staffed.file()
    staffed.catch_up()
    before = _rows(staffed)
    for projection in ("organisation", "pay"):
        staffed.app.projections.rebuild(projection)
    assert _rows(staffed) == before


def _rows(world):
    from sqlalchemy import select

    from chassis.store import reading
    from payroll.projections import OWN

    tables = [table for projection in OWN for table in projection.tables]
    with reading(world.app.store.engine) as conn:
        return {table.name: sorted(map(tuple, conn.execute(select(table)))) for table in tables}


def test_a_file_asked_for_twice_under_one_key_is_given_twice_and_stored_nowhere(staffed):
    staffed.drive(staffed.people()["Anne"])
    staffed.close()
    path, key = "/api/v1/periods/2026-03/files/opus", {"Idempotency-Key": "the-file"}
    files = [staffed.call("GET", path, "payroll", headers=key).data for _ in range(2)]
    assert files[0] == files[1] != b""


def test_nothing_is_decided_on_read_models_that_lack_what_was_just_stored(staffed, monkeypatch):
    """Anne's employment is on the log and not in the read model: the closing must not call it unknown."""
    from payroll.published import employment_data

    (joined,) = [
        recorded.event.person
        for recorded in staffed.app.store.read_log(0, 1000).events
        if recorded.type == "person-joined" and recorded.event.person.name == "Anne Andersen"
    ]
    anne = {"person_id": joined.person_id, "employments": [employment_data(item) for item in joined.employments]}
    staffed.drive(anne)
    with monkeypatch.context() as patch:
        patch.setattr(staffed.app.projections, "run_to_head", lambda: None)
        answer = staffed.close()
        assert (answer.status_code, answer.json["code"]) == (503, "read_models_behind")
    assert staffed.close().json["trip_count"] == 1
