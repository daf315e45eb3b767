"""CPR numbers stand sealed in the log and in the payroll file, and nowhere else."""

import io
import logging
import re
from pathlib import Path

from sqlalchemy import MetaData, select

from chassis.identity import accesses_of
from chassis.store import open_engine, reading
from services.payroll.tests.builders import ANNE, BENT, CARL, job, municipality, person

KNOWN_HERE_ALONE = ("@testby.example", "1234500")


def a_busy_month(world):
    """Everything that can happen, faults included; gives all that was answered."""
    body = municipality()
    body["Persons"].append(person(CARL, job("12"), first="Carl"))
    answers = [world.snapshot(body), world.snapshot({**body, "Persons": body["Persons"] * 2})]
    body["Persons"][0]["Email"] = "new@testby.example"
    answers += [world.snapshot(body), world.snapshot({"OrgUnits": [], "Persons": [{"CPR": f"{ANNE}1", BENT: 1}]})]
    for someone in world.people().values():
        world.drive(someone)
    answers += [world.close(), world.call("GET", "/api/v1/periods/2026-03", "payroll")]
    assert ANNE in world.file().text
    world.catch_up()
    return answers + [world.call("GET", path, "payroll") for path in ("/api/v1/people", "/", "/periods/2026-03")]


def rows_of(url):
    engine = open_engine(url)
    tables = MetaData()
    tables.reflect(engine)
    with reading(engine) as conn:
        found = {
            name: [str(tuple(row)) for row in conn.execute(select(table))] for name, table in tables.tables.items()
        }
    engine.dispose()
    return found


def test_no_cpr_number_stands_in_the_databases_the_feed_the_answers_or_the_logs(world):
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        answers = a_busy_month(world)
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    places = {f"answer {number}": [answer.text] for number, answer in enumerate(answers)}
    places["feed"] = [entry.wire.decode() for entry in world.published()]
    places["log output"] = [log.getvalue()]
    places |= rows_of(world.app.config.database_url)
    assert len(places["events"]) > 30
    for place, texts in places.items():
        for cpr in (ANNE, BENT, CARL):
            assert not any(cpr in text for text in texts), f"a CPR number stands in {place}"


def test_what_payroll_keeps_for_itself_is_not_on_the_feed(world):
    a_busy_month(world)
    wires = [entry.wire.decode() for entry in world.published()]
    for kept in KNOWN_HERE_ALONE:
        assert not any(kept in wire for wire in wires)


def test_the_database_files_hold_no_cpr_number(world):
    a_busy_month(world)
    files = [path for path in Path(world.app.config.data_dir).parent.rglob("*") if path.is_file()]
    for path in files:
        content = path.read_bytes()
        assert not any(cpr.encode() in content for cpr in (ANNE, BENT, CARL)), path


def test_a_person_is_found_by_a_keyed_hash_that_another_key_does_not_give(world):
    world.snapshot()
    (first, *_) = rows_of(world.app.config.database_url)["person_index"]
    key, person_id = re.findall(r"'([^']+)'", first)
    assert len(key) == 64
    from hashlib import sha256

    assert key not in {sha256(cpr.encode()).hexdigest() for cpr in (ANNE, BENT)}
    assert person_id not in {ANNE, BENT}


def test_reading_the_list_of_people_leaves_a_record_for_each_of_them(staffed):
    anne = staffed.people()["Anne"]
    assert [record.what for record in accesses_of(staffed.app.store.engine, anne["person_id"])] == ["employments"]
