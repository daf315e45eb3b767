"""Logs: one line per event, with what it belongs to and without personal data."""

import io
import json
import logging

import pytest

from chassis import logs


@pytest.fixture
def lines():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logger = logging.getLogger("test.lines")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    yield logger, stream
    logger.removeHandler(handler)


def fail(logger, text):
    try:
        int(text)
    except ValueError:
        logger.exception("failed")


def test_a_line_carries_the_service_the_correlation_and_its_own_fields(lines):
    logger, stream = lines
    with logs.bound(service="lending", correlation_id="c-1"), logs.bound(source="shelf"):
        logger.info("lent %s", "a book", extra={"subject": "b-1"})
    line = json.loads(stream.getvalue())
    assert (line["service"], line["correlation_id"], line["source"], line["subject"]) == (
        "lending",
        "c-1",
        "shelf",
        "b-1",
    )
    assert (line["message"], line["level"], line["logger"]) == ("lent a book", "info", "test.lines")


def test_what_was_bound_is_bound_no_longer(lines):
    logger, stream = lines
    with logs.bound(correlation_id="c-1"):
        pass
    logger.info("x")
    assert "correlation_id" not in json.loads(stream.getvalue())


@pytest.mark.parametrize("cpr", ["0102031234", "010203-1234"])
def test_what_looks_like_a_cpr_number_is_blotted_out_wherever_it_stands(lines, cpr):
    logger, stream = lines
    logger.info("person %s", cpr, extra={"field": cpr})
    fail(logger, f"bad {cpr}")
    assert cpr not in stream.getvalue()
    assert stream.getvalue().count("[blotted]") >= 3


@pytest.mark.parametrize("before", ["\n", "\t", "cpr", "_", '"', "\\", "æ"])
def test_a_cpr_number_is_blotted_out_whatever_stands_around_it(lines, before):
    logger, stream = lines
    logger.info("row%s0101901234%s", before, before)
    assert "0101901234" not in stream.getvalue()


def test_a_cpr_number_is_blotted_out_inside_a_value(lines):
    logger, stream = lines
    logger.info(
        "x", extra={"row": {"0101901234": ["a\n0101901234", 1234567890, True, 7]}, "error": ValueError("\n0101901234")}
    )
    line = json.loads(stream.getvalue())
    assert (line["row"], line["error"]) == ({"[blotted]": ["a\n[blotted]", "[blotted]", True, 7]}, "\n[blotted]")


@pytest.mark.parametrize(
    "made_here", ["a" * 11 + "0101901234" + "b" * 11, "ab010190-1234-41d3-9a0c-a0101901234b", "c" * 54 + "0101901234"]
)
def test_an_id_that_happens_to_hold_ten_digits_still_leads_to_its_lines(lines, made_here):
    logger, stream = lines
    logger.info("trace %s", made_here)
    assert json.loads(stream.getvalue())["message"] == f"trace {made_here}"


def test_ids_and_times_are_left_whole(lines):
    logger, stream = lines
    text = "id 3f2504e0-4f89-41d3-9a0c-0305e82c3301 at 2026-11-23T06:20:00.123456Z sequence 00000000000000001234"
    logger.info(text)
    assert json.loads(stream.getvalue())["message"] == text


def test_an_exception_stays_on_one_line(lines):
    logger, stream = lines
    fail(logger, "two\nlines")
    assert len(stream.getvalue().splitlines()) == 1


def test_people_read_another_format(lines):
    logger, stream = lines
    logger.handlers[0].setFormatter(logs.ConsoleLines())
    with logs.bound(service="lending"):
        logger.warning("person 010203-1234")
    assert "WARNING" in stream.getvalue()
    assert "service=lending" in stream.getvalue()
    assert "person [blotted]" in stream.getvalue()
