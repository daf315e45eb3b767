"""Who may approve: the rules that the acceptance cases do not state, and what holds for every organisation."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from approval.domain.approvers import Reason, Reporter, approvers, approvers_among
from approval.domain.organisation import Employment, Organisation, PersonalApprover, Substitute, Unit, holds
from chassis.clock import local_date
from services.approval.tests.builders import NOON, organisation

PEOPLE = ["anne", "bent", "carl", "dina", "emil"]
UNITS = ["hall", "school", "pool", "rink"]
DAY = local_date(NOON)


def test_the_unit_on_the_driving_date_decides_also_when_the_employment_has_moved_since():
    org = organisation(
        {"hall": None, "pool": "hall", "rink": "hall"},
        leaders=[("anne", "pool"), ("carl", "rink")],
        others=[("bent", "rink")],
    )
    assert approvers(org, Reporter("bent", "e-bent-rink", "pool"), NOON).ids == ["anne"]
    assert approvers(org, Reporter("bent", "e-bent-rink"), NOON).ids == ["carl"]


def test_each_approver_has_a_capacity_a_unit_and_those_they_stand_in_for():
    org = organisation(
        {"hall": None, "school": "hall"},
        leaders=[("anne", "hall"), ("dina", "hall")],
        others=[("bent", "school"), ("carl", "hall")],
        substitutes=(
            Substitute("s1", "anne", "carl", "school", date(2026, 1, 1)),
            Substitute("s2", "dina", "carl", "hall", date(2026, 1, 1), takes_over=True),
        ),
    )
    found = approvers(org, Reporter("bent", "e-bent-school"), NOON)
    assert [(a.person_id, a.capacity, a.org_unit_id, a.in_place_of) for a in found.people] == [
        ("anne", Reason.LEADER_OF_PARENT, "hall", ()),
        ("carl", Reason.SUBSTITUTE, "hall", ("anne", "dina")),
    ]


def test_a_circle_of_units_left_by_a_half_told_reorganisation_ends_with_nobody():
    org = organisation({"hall": "school", "school": "hall"}, others=[("bent", "school")])
    assert approvers(org, Reporter("bent", "e-bent-school"), NOON).reason is Reason.NOBODY


def test_a_unit_not_heard_of_yet_has_nobody():
    assert approvers(organisation({}), Reporter("bent", "e-bent", "school"), NOON).ids == []


def periods():
    days = st.integers(-3, 3).map(lambda shift: DAY + timedelta(days=shift))
    return st.tuples(days, st.none() | days)


@st.composite
def organisations(draw):
    people, units = st.sampled_from(PEOPLE), st.sampled_from(UNITS)
    parents = {unit: draw(st.none() | units) for unit in UNITS}
    employed = draw(st.lists(st.tuples(people, units, st.booleans(), periods()), max_size=12))
    standing_in = draw(st.lists(st.tuples(people, people, units, periods(), st.booleans()), max_size=6))
    personal = draw(st.lists(st.tuples(people, people, periods()), max_size=3))
    return Organisation(
        tuple(Unit(unit, parent) for unit, parent in parents.items()),
        tuple(Employment(f"e{n}", p, u, leads, *period) for n, (p, u, leads, period) in enumerate(employed)),
        tuple(Substitute(f"s{n}", a, b, u, *period, over) for n, (a, b, u, period, over) in enumerate(standing_in)),
        tuple(PersonalApprover(f"p{n}", a, b, *period) for n, (a, b, period) in enumerate(personal)),
    )


reporters = st.builds(Reporter, st.sampled_from(PEOPLE), st.just("e0"), st.none() | st.sampled_from(UNITS))


@given(organisations(), reporters)
def test_an_approver_is_never_the_reporter_nor_somebody_without_employment_on_the_day(org, reporter):
    found = approvers(org, reporter, NOON)
    employed = {row.person_id for row in org.employments if holds(row, DAY)}
    assert reporter.person_id not in found.ids
    assert employed.issuperset(found.ids)


@given(organisations(), reporters)
def test_nobody_is_the_reason_exactly_when_there_is_nobody_and_everybody_comes_once_in_order(org, reporter):
    found = approvers(org, reporter, NOON)
    assert (found.reason is Reason.NOBODY) == (found.ids == [])
    assert found.ids == sorted(set(found.ids))


@given(organisations(), reporters)
def test_where_somebody_can_approve_at_all_leaves_out_nothing_that_they_may(org, reporter):
    staffing = org.on(DAY)
    unit = reporter.org_unit_id or staffing.unit_of.get(reporter.employment_id)
    for person_id in approvers_among(staffing, reporter).ids:
        reach = staffing.reach_of(person_id)
        assert unit in reach.org_unit_ids or reporter.person_id in reach.person_ids


@given(organisations(), reporters, st.randoms())
def test_the_order_in_which_the_organisation_is_told_changes_nothing(org, reporter, random):
    def shuffled(rows):
        return tuple(random.sample(rows, len(rows)))

    other = Organisation(
        shuffled(org.units),
        shuffled(org.employments),
        shuffled(org.substitutes),
        shuffled(org.personal_approvers),
    )
    assert approvers(other, reporter, NOON) == approvers(org, reporter, NOON)
