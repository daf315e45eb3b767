"""Events as stored JSON: what goes in comes out, and what does not fit is refused."""

import enum
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import NAMESPACE_URL, RFC_4122, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.canonical import canonical
from chassis.errors import Unreadable
from chassis.store import EventCodec
from chassis.store.ids import named_id, random_id
from chassis.store.quick import NOTHING, reader_of


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True)
class Part:
    metres: int
    note: str | None = None


@dataclass(frozen=True)
class Everything:
    day: date
    at: datetime
    parts: tuple[Part, ...]
    colour: Colour
    flag: bool
    extra: dict[str, int]


CODEC = EventCodec({"everything": Everything})
whole = st.integers(-(2**63), 2**63 - 1)
parts = st.builds(Part, whole, st.none() | st.text())
everything = st.builds(
    Everything,
    st.dates(),
    st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.lists(parts).map(tuple),
    st.just(Colour.RED),
    st.booleans(),
    st.dictionaries(st.text(), whole),
)


@given(everything)
def test_every_event_comes_back_equal(event):
    import json

    encoded = CODEC.encode(event)
    assert CODEC.decode("everything", 1, json.loads(canonical(encoded.data))) == event


NOT_STORED = [
    1.5,
    {"a": [0.1]},
    {1: "a"},
    ("x", {"y": 2.0}),
    2**64,
    [{"n": -(2**63) - 1}],
    {"a": date(2026, 1, 1)},
    UUID(int=1),
]


@pytest.mark.parametrize("value", NOT_STORED)
def test_floats_numbers_beyond_64_bits_and_what_is_no_json_have_no_canonical_form(value):
    with pytest.raises(TypeError):
        canonical(value)


@given(st.text())
def test_ids_are_those_of_the_standard_library(name):
    assert named_id(name) == str(uuid5(NAMESPACE_URL, name))
    made = UUID(random_id())
    assert (made.version, made.variant, str(made)) == (4, RFC_4122, str(made))


def test_canonical_json_is_sorted_tight_and_unescaped():
    assert canonical({"b": [1, True, None], "a": "æø\n"}) == '{"a":"æø\\n","b":[1,true,null]}'


@dataclass(frozen=True)
class Renamed:
    metres: int


def test_an_old_event_is_cast_up_step_by_step():
    upcasters = {
        ("driven", 1): lambda data: {"km": data["km"], "unit": "km"},
        ("driven", 2): lambda data: {"metres": data["km"] * 1000},
    }
    codec = EventCodec({"driven": Renamed}, upcasters)
    assert codec.encode(Renamed(5)).schema_version == 3
    assert codec.decode("driven", 1, {"km": 12}) == Renamed(12_000)
    assert codec.decode("driven", 3, {"metres": 7}) == Renamed(7)


@pytest.mark.parametrize("data", [{}, {"metres": "12"}, {"metres": True}, {"metres": 1, "more": 2}, {"metres": None}])
def test_data_that_does_not_fit_its_class_is_unreadable(data):
    """Nothing is converted in silence: "12" is not twelve metres."""
    with pytest.raises(Unreadable):
        EventCodec({"driven": Renamed}).decode("driven", 1, data)


def test_an_unknown_type_is_unreadable():
    with pytest.raises(Unreadable):
        CODEC.decode("nothing", 1, {})


def test_a_class_that_is_no_event_of_the_service_is_a_mistake_in_the_program():
    with pytest.raises(TypeError):
        CODEC.encode(Part(1))


def test_an_event_of_a_later_release_is_not_guessed_at():
    """It may have the same fields in another unit: so a service that was rolled back waits, and misreads nothing."""
    with pytest.raises(Unreadable) as parked:
        EventCodec({"driven": Renamed}).decode("driven", 2, {"metres": 12})
    assert parked.value.code == "later_event_version"


def test_data_that_an_upcaster_cannot_read_is_unreadable():
    codec = EventCodec({"driven": Renamed}, {("driven", 1): lambda data: {"metres": data["km"] * 1000}})
    with pytest.raises(Unreadable):
        codec.decode("driven", 1, {"miles": 3})


@pytest.mark.parametrize("versions", [(2,), (1, 3), (0, 1)])
def test_a_version_nobody_can_read_any_more_is_a_mistake_in_the_program(versions):
    with pytest.raises(ValueError, match="every version from 1 on needs one"):
        EventCodec({"driven": Renamed}, {("driven", version): dict for version in versions})


@dataclass(frozen=True)
class Nested:
    part: Part | None
    parts: tuple[Part, ...] = ()
    named: dict[str, Part] = field(default_factory=dict)


UNKNOWN = [
    {"part": None, "more": 1},
    {"part": {"metres": 1, "more": 2}},
    {"part": None, "parts": [{"metres": 1}, {"metres": 2, "more": 3}]},
    {"part": None, "named": {"a": {"metres": 1, "more": 2}}},
]


@pytest.mark.parametrize("data", UNKNOWN)
def test_a_field_that_nobody_knows_is_not_passed_over_wherever_it_stands(data):
    with pytest.raises(Unreadable):
        EventCodec({"nested": Nested}).decode("nested", 1, data)


@pytest.mark.parametrize("data", [*UNKNOWN, {"part": {"metres": 1.0}}, {"part": {"metres": "1"}}, {"parts": None}, {}])
def test_what_does_not_fit_exactly_is_not_read_quickly(data):
    assert reader_of(Nested)(data) is NOTHING


def test_what_fits_is_read_quickly():
    data = {"part": {"metres": 1}, "parts": [{"metres": 2, "note": "a"}], "named": {"b": {"metres": 3}}}
    assert reader_of(Nested)(data) == Nested(Part(1), (Part(2, "a"),), {"b": Part(3)})
