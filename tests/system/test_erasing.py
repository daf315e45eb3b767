"""A person is erased: nothing about them can be read any more in any database, backup, queue, dead letter or log.

The town is small, its register of addresses public: the person's home is in no register, and what is looked for of the
trip are the places as the trip names them.
"""

import base64
import json
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import kombu
import pytest
from sqlalchemy import make_url

from chassis.clock import local_date, utc_now
from chassis.config import load
from chassis.store import Context
from deploy.client import program
from deploy.demo import line
from deploy.demo.map import houses
from deploy.demo.people import everybody
from payroll.application.erasing import erase_person
from payroll.bootstrap import build
from payroll.config import PayrollConfig
from tests.support.postgres import binaries
from tests.system.harness import LISTENS_TO, PATIENCE_S, Distributed

CPR, COLLEAGUE, BOSS = "9901801112", "9805752223", "9912481230"
STUCK = str(uuid.uuid4())
PURPOSE, REMARK, PLATE = "Besigtigelse af xylofonværkstedet", "Omvej forbi zeppelinhallen", "QZ98765"
COMMENT, HOME = "Godkendt trods kvækerfesten", "Ørkenrottestien 77"
FIRST, LAST, MAIL = "Zacharina", "Quistgaard-Ølholm", "zacharina.q@havnby.example"
PLACES = [one.text for one in houses() if one.place.name == "Havnby"][10:16]
YEARS_LATER = timedelta(days=366 * 7)
PERSONAL_MODELS = {
    "trips": {"trip_list": "trip_list_v1", "homes": "homes_v1"},
    "approval": {"submitted_trips": "submitted_trips_v1", "organisation": "organisation_people_v1"},
    "payroll": {"organisation": "people_v1"},
}
BACKUP = ("--exclude-table-data=*.*_v[0-9]*", "--exclude-table-data=*.drafts")
"""How a backup is made that an erasure reaches: read models and drafts are left out."""


def person(cpr, number, first, last, *, street="Havnegade 1", leads=False, mail=None):
    job = {
        "EmployeeNumber": number,
        "FromDate": "2020-01-01",
        "ToDate": None,
        "OrgUnitId": "hall",
        "Position": "Konsulent",
    }
    job |= {"CostCenter": "1234500", "Manager": leads, "ExtraNumber": 0, "EmploymentType": 1, "InstituteCode": "AB"}
    address = {"Street": street, "PostalCode": "9990", "City": "Havnby"}
    return {
        "CPR": cpr, "FirstName": first, "LastName": last, "Email": mail, "Initials": None, "Address": address,
        "Employments": [job],
    }  # fmt: skip


ERASED = person(CPR, "70", FIRST, LAST, street=HOME, mail=MAIL)
OTHERS = [person(COLLEAGUE, "71", "Bodil", "Bang"), person(BOSS, "72", "Carla", "Chef", leads=True)]
HALL = {
    "Id": "hall", "ParentId": "", "Name": "Rådhuset", "CostCenter": "1",
    "Address": {"Street": "Rådhusgade 1", "PostalCode": "9990", "City": "Havnby"},
}  # fmt: skip


def spellings(text):
    """How a text may stand somewhere: as it is, in capitals, in an address line, in JSON, in base64."""
    inside = [base64.b64encode(b" " * shift + text.encode()).decode()[4:-4] for shift in range(3)]
    json_text = json.dumps(text)[1:-1]
    return {
        text,
        text.upper(),
        text.lower(),
        quote(text),
        quote(text, safe=""),
        text.replace(" ", "+"),
        json_text,
        *inside,
    }


SOUGHT = [CPR, f"{CPR[:6]}-{CPR[6:]}", FIRST, LAST, MAIL, HOME, PURPOSE, REMARK, PLATE, COMMENT, *PLACES[:4]]


def found_in(content):
    return [text for text in SOUGHT if any(one.encode() in content for one in spellings(text))]


class Town:
    """The distributed system with three people in it, and a queue that nobody reads."""

    def __init__(self, folder, postgres, rabbitmq):
        self.outside = Distributed(folder, postgres, rabbitmq, PAYROLL_MAX_LEAVERS_PERCENT="100")
        self.outside.prepare()
        self.outside.start()
        self.system = self.outside.system
        self.unread = kombu.Connection(self.outside.broker_url.replace("pyamqp", "amqp"))
        self._bind()
        self.employ(ERASED, *OTHERS)
        self.people = {one.name.split()[0]: one for one in everybody(self.system)}

    def _bind(self):
        channel = self.unread.channel()
        channel.queue_declare("unread", durable=True)
        for name in LISTENS_TO:
            channel.queue_bind("unread", f"{name}.events", "#")

    def employ(self, *people):
        api = self.system.acting_as(program("integration"))
        api.put("/payroll/api/v1/organisation", {"OrgUnits": [HALL], "Persons": list(people)})
        for listener in ("trips", "approval"):
            line.wait_until_known(self.system, "payroll", (listener,), PATIENCE_S)

    def drive(self, who, purpose, points, trip_id=None, **more):
        body = {
            "trip_id": trip_id or str(uuid.uuid4()),
            "employment_id": who.employments[0].employment_id,
            "driving_date": (local_date(utc_now()) - timedelta(days=3)).isoformat(),
            "purpose": purpose,
            "rate_type": "car_high",
            "points": [{"address_id": None, "text": text} for text in points],
            "round_trip": False,
            "without_extra": False,
            **more,
        }
        self.system.acting_as(who.identity).post("/trips/api/v1/trips", body)
        list(line.wait_measured(self.system, [body["trip_id"]], PATIENCE_S))
        return body["trip_id"]

    def approve(self, *trip_ids):
        decide = lambda _: {"decision": "approve", "comment": COMMENT}  # noqa: E731 one expression
        list(line.decide_all(self.system, [self.people["Carla"]], trip_ids, decide, PATIENCE_S))
        line.wait_until_known(self.system, "approval", ("payroll", "trips"), PATIENCE_S)

    def close_month(self):
        api = self.system.acting_as(program("payroll"))
        months = [one["period"] for one in api.items("/payroll/api/v1/periods") if not one["closed_at"]]
        api.post(f"/payroll/api/v1/periods/{min(months)}/close", {}, key="close")
        line.wait_until_known(self.system, "payroll", ("trips", "approval"), PATIENCE_S)

    def sql(self, service, statement):
        return subprocess.run(
            [*self._tool("psql", self.outside.databases[service]), "-tAc", statement],
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip

    def rows(self, service, table):
        return self.sql(service, f'SELECT t::text FROM "{table}" t ORDER BY 1')

    def dump(self, url, *options):
        return subprocess.run([*self._tool("pg_dump", url), *options], check=True, capture_output=True).stdout

    def _tool(self, name, url):
        at = make_url(url)
        return [str(binaries() / name), "-h", at.host, "-p", str(at.port), "-U", at.username, "-d", at.database]

    def refused(self, person_id):
        """Why `payroll person erase` says no; it must."""
        command = ["person", "erase", person_id, "--why", "test", "--by", "tester", "--apply"]
        done = subprocess.run(
            [program_of("payroll"), *command], env=self.outside.environment("payroll"),
            cwd=self.outside.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1, done
        return done.stderr.partition(":")[0].splitlines()[-1]

    def erase_years_later(self, person_id):
        config = load(PayrollConfig, self.outside.environment("payroll"))
        app = build(config, clock=lambda: datetime.now(UTC) + YEARS_LATER)
        try:
            erase_person(app, Context("tester"), person_id, "Opbevaringsfristen er udløbet")
        finally:
            app.close()

    def close(self):
        self.unread.release()
        self.outside.close()


def program_of(service):
    return str(Path(sys.executable).parent / service)


@pytest.fixture(scope="module")
def town(tmp_path_factory, postgres, rabbitmq):
    made = Town(tmp_path_factory.mktemp("town"), postgres, rabbitmq)
    yield made
    made.close()


def until(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def story(town):
    """Zacharina drove, was paid, left; one of her trips is stuck; years later she is erased, and all have confirmed."""
    her, bodil = town.people[FIRST], town.people["Bodil"]
    paid = town.drive(her, PURPOSE, PLACES[:2], licence_plate=PLATE, remark=REMARK)
    others = town.drive(bodil, "Møde i havnen", PLACES[4:], licence_plate="AB12345")
    town.approve(paid, others)
    reasons = [town.refused(her.person_id)]
    town.employ(*OTHERS)
    reasons.append(town.refused(her.person_id))
    town.close_month()
    reasons.append(town.refused(her.person_id))
    town.sql("approval", f"ALTER TABLE submitted_trips_v1 ADD CHECK (trip_id <> '{STUCK}') NOT VALID")
    town.employ(ERASED, *OTHERS)
    town.drive(her, PURPOSE, PLACES[2:4], STUCK, licence_plate=PLATE)
    until(lambda: town.sql("approval", "SELECT count(*) FROM dead_letters WHERE status = 'open'") == "1")
    town.employ(*OTHERS)
    town.outside.command("approval", "projections", "rebuild", "organisation")
    backups = [town.dump(url, *BACKUP) for url in town.outside.databases.values()]
    town.erase_years_later(her.person_id)
    until(lambda: "not yet" not in receipt(town, her.person_id))
    return {"her": her, "bodil": bodil, "paid": paid, "others": others, "reasons": reasons, "backups": backups}


def receipt(town, person_id):
    found = subprocess.run(
        [program_of("payroll"), "person", "receipt", person_id, "--format", "json"],
        env=town.outside.environment("payroll"), cwd=town.outside.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.stdout + ("" if found.returncode == 0 else " not yet")


def test_employment_unsettled_trips_and_the_time_of_keeping_come_first(story):
    assert story["reasons"] == ["still_employed", "unsettled_trips", "retention"]


def test_the_receipt_names_every_service(town, story):
    rows = json.loads(receipt(town, story["her"].person_id))
    assert {row["service"] for row in rows} == set(LISTENS_TO)
    assert all(datetime.fromisoformat(row["confirmed_at"]) for row in rows)


def test_no_database_holds_anything_about_the_person(town, story):
    for service in LISTENS_TO:
        for url in (town.outside.databases[service], town.outside.keys_databases[service]):
            dump = town.dump(url)
            assert len(dump) > 1000
            assert found_in(dump) == [], service


def test_a_backup_from_before_opens_nothing_any_more(story):
    for backup in story["backups"]:
        assert len(backup) > 1000
        assert found_in(backup) == []


def test_no_message_that_nobody_has_read_tells_anything(town, story):
    channel, bodies = town.unread.channel(), []
    while (message := channel.basic_get("unread", no_ack=True)) is not None:
        bodies.append(message.body if isinstance(message.body, bytes) else message.body.encode())
    assert len(bodies) > 10
    assert found_in(b"\n".join(bodies)) == []


def test_a_dead_letter_tells_nothing_and_can_still_be_replayed(town, story):
    show = town.sql("approval", "SELECT wire FROM dead_letters")
    assert STUCK in show
    assert found_in(show.encode()) == []
    constraint = "submitted_trips_v1_trip_id_check"
    town.sql("approval", f"ALTER TABLE submitted_trips_v1 DROP CONSTRAINT {constraint}")
    said = town.outside.command(
        "approval", "dead-letters", "replay", STUCK, "--source", "trips", "--why", "x", "--apply"
    )
    assert "1 handled, 0 left" in said


def test_no_service_has_logged_anything_about_the_person(town, story):
    for service in LISTENS_TO:
        log = town.outside.log(service).encode()
        assert log
        assert found_in(log) == [], service


def test_the_chains_are_whole(town, story):
    for service in LISTENS_TO:
        assert "whole" in town.outside.command(service, "verify")


def test_every_read_model_can_be_made_again_and_is_the_same(town, story):
    for service, models in PERSONAL_MODELS.items():
        before = {name: town.rows(service, table) for name, table in models.items()}
        for name, table in models.items():
            town.outside.command(service, "projections", "rebuild", name)
            assert town.rows(service, table) == before[name] != "", name
        assert found_in(town.dump(town.outside.databases[service])) == [], service


@pytest.mark.parametrize(("language", "erased"), [("da", "[slettet]"), ("en", "[erased]")])
def test_the_person_s_old_trip_is_shown_without_what_was_erased(town, story, language, erased):
    admin = town.system.acting_as(program("admin"))
    page = admin.get_bytes(f"/trips/{story['paid']}?lang={language}").decode()
    assert page.count(erased) >= 4
    assert found_in(page.encode()) == []


def test_everybody_else_s_data_is_as_it_was(town, story):
    shown = town.system.acting_as(story["bodil"].identity).get(f"/trips/api/v1/trips/{story['others']}")
    assert (shown["purpose"], shown["licence_plate"]) == ("Møde i havnen", "AB12345")
    assert [point["text"] for point in shown["quote"]["points"]] == PLACES[4:]
    assert "Bodil Bang" in str(town.system.acting_as(program("payroll")).get("/payroll/api/v1/people"))


def test_whoever_comes_back_is_somebody_new(town, story):
    town.employ(ERASED, *OTHERS)
    (returned,) = [one for one in everybody(town.system) if one.name.startswith(FIRST)]
    assert returned.person_id != story["her"].person_id


def test_the_search_finds_what_it_looks_for():
    for text in SOUGHT:
        for content in (
            text,
            text.upper(),
            quote(text),
            json.dumps(text),
            base64.b64encode(f"a{text}b".encode()).decode(),
        ):
            assert text in found_in(f"x{content}y".encode()), content
    assert found_in(b"Bodil Bang, 2026-03-02") == []
