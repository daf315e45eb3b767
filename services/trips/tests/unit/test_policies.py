"""A municipality adds a deduction policy of its own as a package; here it is the example of the documentation."""

import sys
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

import pytest

from services.trips.tests.builders import NOON, TRIP, drawn, report
from trips.domain.deduction import POLICIES, Commute, Counted
from trips.domain.driving_day import DayTrip, reckon_day
from trips.domain.home import Position
from trips.domain.quoting import HomeAndWork
from trips.domain.texts import reason_in_words
from trips.policies import GROUP, offered

EXAMPLE = Path(__file__).resolve().parents[4] / "docs" / "vendors" / "own-deduction-policy"
KNOWN = HomeAndWork(Position(10_035_000, 56_460_000), Commute(4_500))


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The example as an installer leaves it: the package, and metadata that names its entry points."""
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    metadata = tmp_path / "half_commute-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = project["entry-points"][GROUP]
    (metadata / "entry_points.txt").write_text(
        f"[{GROUP}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
    )
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(EXAMPLE)])
    yield
    sys.modules.pop("half_commute", None)


def quote_by(policy, policies):
    raw = drawn(report(), known=KNOWN, policy=policy)
    return reckon_day([DayTrip(TRIP, report(), raw, NOON)], policies, {})[TRIP]


def test_a_policy_that_is_installed_is_offered_beside_those_of_the_house(installed):
    assert any(one.metadata["Name"] == "half-commute" for one in distributions())
    policies = offered()
    assert list(policies) == [*POLICIES, "half_commute"]
    quote = quote_by("half_commute", policies)
    assert (quote.deductions[0].metres, quote.net_m, quote.policy) == (2_250, 10_100, "half_commute")
    assert reason_in_words(quote.deductions[0])["da"].startswith("Halvdelen af afstanden")


def test_without_it_the_policies_of_the_house_are_offered():
    assert offered() == POLICIES


def test_a_policy_of_the_house_cannot_be_replaced():
    with pytest.raises(ValueError, match="per_day"):
        offered([EntryPoint("per_day", "trips.domain.deduction:undeducted", GROUP)])


@pytest.mark.parametrize("wrong_m", [-1, 12_346])
def test_a_policy_that_takes_more_than_was_driven_or_gives_something_is_refused(wrong_m):
    from trips.domain.deduction import Deduction

    def wrong(day, _commute):
        return tuple(Counted(one.gross_m, (Deduction("commute", wrong_m, "x", 0, None),)) for one in day)

    with pytest.raises(ValueError, match="a deduction policy takes"):
        quote_by("wrong", {"wrong": wrong})


def test_a_policy_that_forgets_a_drive_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        quote_by("lazy", {"lazy": lambda _day, _commute: ()})
