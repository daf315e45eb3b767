"""What a benchmark's row says of itself, and of two runs."""

import pytest

from bench.report import cells, figure
from bench.results import Result, changes, load, save
from bench.row import Goal, Row, Side
from bench.setting import Setting


def row(ours, *, limit=(100.0,), peer=(10.0,), better="more", goals=(), name="append 1x1"):
    sides = [
        Side(name="ours", kind="ours", runs=list(ours)),
        Side(name="them", kind="peer", runs=list(peer)),
        Side(name="most", kind="limit", runs=list(limit)),
    ]
    return Row(name=name, work="append", unit="events/s", sides=sides, better=better, goals=list(goals))


def result(*rows):
    return Result({"cpu": "one"}, "quick", list(rows))


def test_a_ratio_is_of_medians_so_that_one_bad_round_does_not_count():
    found = row([1.0, 90.0, 80.0], peer=[20.0, 1000.0, 10.0])
    assert found.ratio(found.others("peer")[0]) == 4.0
    assert found.ratio(found.others("limit")[0]) == 0.8


def test_a_ratio_above_one_is_good_whichever_way_the_unit_runs():
    found = row([5.0], peer=[20.0], better="less")
    assert found.ratio(found.others("peer")[0]) == 4.0


def test_a_side_that_found_nothing_is_no_times_better():
    assert row([5.0], peer=[0.0]).ratio(row([5.0], peer=[0.0]).others("peer")[0]) == 0.0


@pytest.mark.parametrize(
    ("ours", "goal", "better", "met"),
    [
        (80.0, Goal(at_least=0.8, than="most"), "more", True),
        (79.0, Goal(at_least=0.8, than="most"), "more", False),
        (80.0, Goal(at_least=8, than="them"), "more", True),
        (80.0, Goal(at_least=8.1, than="them"), "more", False),
        (80.0, Goal(at_least=80), "more", True),
        (79.9, Goal(at_least=80), "more", False),
        (79.9, Goal(at_least=80), "less", True),
        (80.1, Goal(at_least=80), "less", False),
        (5.0, Goal(at_least=2, than="them"), "less", True),
    ],
)
def test_a_goal_is_met_against_a_side_or_a_figure(ours, goal, better, met):
    assert row([ours], better=better).met(goal) is met


def test_the_table_says_what_was_found_beside_whom_and_which_goals_were_met():
    goals = [Goal(at_least=0.8, than="most"), Goal(at_least=5, than="them")]
    ours, peers, limits, judged = cells(row([60.0, 70.0, 80.0], goals=goals))
    assert (ours, peers, limits) == ("70.0 events/s\n±14%", "them 10.0: 7.00\N{MULTIPLICATION SIGN}", "most 100: 70%")
    assert judged == "≥ 80% of most: NOT met\n≥ 5\N{MULTIPLICATION SIGN} of them: met"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234567.0, "1,230,000"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23"), (0.1234, "0.123"), (0.0, "0.000")],
)
def test_a_figure_has_three_digits_that_count(value, text):
    assert figure(value) == text


def test_results_that_were_kept_are_read_as_they_were(tmp_path):
    kept = result(row([1.0, 2.0], goals=[Goal(at_least=5)]))
    save(kept, tmp_path / "folder" / "kept.json")
    assert load(tmp_path / "folder" / "kept.json") == kept


def test_two_runs_are_compared_by_name_and_against_the_limit_of_their_own_machine():
    """A machine twice as quick makes everything twice as quick: against the limit nothing changed."""
    before, after = result(row([50.0]), row([1.0], name="gone")), result(row([100.0], limit=[200.0]))
    (found,) = changes(before, after)
    assert (found.name, found.before, found.after, found.factor, found.steadied) == (
        "append 1x1",
        50.0,
        100.0,
        2.0,
        1.0,
    )


def test_a_shorter_time_is_an_improvement():
    (found,) = changes(result(row([50.0], better="less")), result(row([25.0], better="less")))
    assert (found.factor, found.steadied) == (2.0, 2.0)


def test_the_sides_take_turns(capsys):
    turns = []
    sides = {"a": lambda: turns.append("a") or 1.0, "b": lambda: turns.append("b") or 2.0}
    with Setting("quick", rounds=3) as setting:
        assert setting.in_turns("work", sides) == {"a": [1.0] * 3, "b": [2.0] * 3}
    assert "".join(turns) == "ababab"
