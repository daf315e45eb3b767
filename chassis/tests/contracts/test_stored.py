"""Events stored by any release can be read by every later one; a class that changes otherwise is told so in a sentence."""

import enum
import json
from dataclasses import dataclass, make_dataclass

import pytest

from chassis.contracts import GoldenFiles
from chassis.store import EventCodec, Personal
from chassis.store.sealing import PersonalFields


class Kind(enum.Enum):
    SAW = "saw"
    DRILL = "drill"


@dataclass(frozen=True)
class Part:
    size_mm: int
    note: str | None = None


@dataclass(frozen=True)
class Lent:
    tool: str
    days: int
    to: Personal
    parts: tuple[Part, ...] = ()
    kind: Kind = Kind.SAW


LENT = Lent("t-1", 3, Personal("p-1", "Anne"), (Part(12, "worn"),), Kind.DRILL)


def files(folder, cls=Lent, upcasters=None):
    return GoldenFiles(folder, EventCodec({"tool-lent": cls}, upcasters))


@pytest.fixture
def folder(tmp_path):
    """The golden files of release 1.0.0, which lent tools as `Lent` says."""
    files(tmp_path).write([("drill", LENT)])
    files(tmp_path).release("1.0.0")
    return tmp_path


def changed(**over):
    """`Lent` with a field more, another, or (None) without it."""
    fields = {
        "tool": (str,),
        "days": (int,),
        "to": (Personal,),
        "parts": (tuple[Part, ...], ()),
        "kind": (Kind, Kind.SAW),
    }
    fields = {**fields, **over}
    return make_dataclass("Lent", [(name, *how) for name, how in fields.items() if how], frozen=True, kw_only=True)


def personal(written):
    return written["$personal"]["subject_id"], written["$personal"]["value"]


def test_what_was_released_reads_as_it_did(folder):
    assert files(folder).faults() == []
    stored = json.loads((folder / "tool-lent.v1" / "drill.json").read_text())
    assert personal(stored["to"]) == ("p-1", "Anne")


def test_a_field_with_a_default_may_be_added_once_an_example_shows_it(folder):
    wider = changed(colour=(str | None, None))
    assert files(folder, wider).faults() == [
        "tool-lent v1 has no golden file that shows colour. Let a story of the service give it a value, and run `make contracts`."
    ]
    event = wider(tool="t-1", days=3, to=Personal("p-1", "Anne"), parts=(Part(1),), colour="red")
    files(folder, wider).write([("drill", event)])
    assert files(folder, wider).faults() == []
    assert sorted(path.name for path in folder.glob("tool-lent.v1/*")) == ["drill-2.json", "drill.json"]


def test_a_field_that_was_added_cannot_be_taken_away_once_it_is_released(folder):
    wider = changed(colour=(str | None, None))
    files(folder, wider).write(
        [("drill", wider(tool="t", days=3, to=Personal("p", "A"), parts=(Part(1),), colour="red"))]
    )
    files(folder, wider).release("1.1.0")
    assert files(folder).faults() == [
        "tool-lent v1 cannot be read any more: field colour is gone. Keep colour, or add version 2 with an upcaster from ('tool-lent', 1)."
    ]


@dataclass(frozen=True)
class Thicker:
    size_mm: int
    thickness_mm: int
    note: str | None = None


BROKEN = {
    "cannot be read any more: field days is gone. Keep days": {"days": None},
    "cannot be read any more: field hours is now required. Give hours a default": {"hours": (int,)},
    "cannot be read any more: field days was int and is now str. Take int as before": {"days": (str,)},
    "cannot be read any more: field to was Personal and is now str. Take Personal as before": {"to": (str,)},
    "reads otherwise: field kind was <Kind.SAW: 'saw'> where it is missing and would be <Kind.DRILL: 'drill'>. Keep the default <Kind.SAW: 'saw'>": {"kind": (Kind, Kind.DRILL)},
    "cannot be read any more: field kind is now required. Give kind the default <Kind.SAW: 'saw'>": {"kind": (Kind,)},
    "cannot be read any more: field parts[].thickness_mm is now required. Give parts[].thickness_mm a default": {"parts": (tuple[Thicker, ...], ())},
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "change"), BROKEN.items())
def test_a_change_that_released_events_do_not_survive_is_said_with_its_remedy(folder, sentence, change):
    remedy = "or add version 2 with an upcaster from ('tool-lent', 1)."
    assert files(folder, changed(**change)).faults() == [f"tool-lent v1 {sentence}, {remedy}"]


def test_what_no_release_has_stored_may_still_be_recorded_anew(tmp_path):
    files(tmp_path).write([("drill", LENT)])
    other = changed(days=(str,))
    broken = "tool-lent v1 cannot be read any more: field days was int and is now str. Take int as before"
    assert files(tmp_path, other).faults() == [f"{broken}, or, as no release has stored it yet, run `make contracts`."]
    files(tmp_path, other).write([("saw", other(tool="t-1", days="3", to=Personal("p-1", "A"), parts=(Part(1),)))])
    assert files(tmp_path, other).faults() == []
    assert [path.name for path in tmp_path.glob("tool-lent.v1/*")] == ["saw.json"]


def test_a_type_without_golden_file_is_missed(tmp_path):
    assert files(tmp_path).faults() == [
        "tool-lent v1 has no golden file. Let a story of the service tell it, and run `make contracts`."
    ]


def test_a_type_that_is_gone_cannot_be_read(folder):
    assert GoldenFiles(folder, EventCodec({})).faults() == [
        "tool-lent v1 cannot be read any more: its type is gone. Put it back among the codec's types."
    ]


def test_a_released_file_is_never_edited(folder):
    file = folder / "tool-lent.v1" / "drill.json"
    file.write_text(file.read_text().replace("3", "4"))
    assert files(folder).faults() == [
        "tool-lent.v1/drill.json is what release 1.0.0 wrote, and was edited. Put it back."
    ]
    files(folder).write([("drill", LENT)])
    assert files(folder).faults(), "writing anew leaves what is released alone"
    file.unlink()
    assert files(folder).faults()[0] == "tool-lent.v1/drill.json is what release 1.0.0 wrote, and is gone. Put it back."


def test_nothing_is_released_while_there_is_a_fault(folder):
    with pytest.raises(ValueError, match="field days is gone"):
        files(folder, changed(days=None)).release("2.0.0")


@dataclass(frozen=True)
class Hours:
    tool: str
    hours: int
    to: Personal


@dataclass(frozen=True)
class Minutes:
    tool: str
    minutes: int
    to: Personal


TO_HOURS = {("tool-lent", 1): lambda old: {"tool": old["tool"], "hours": old["days"] * 24, "to": old["to"]}}
TO_MINUTES = TO_HOURS | {
    ("tool-lent", 2): lambda old: {"tool": old["tool"], "minutes": old["hours"] * 60, "to": old["to"]}
}


def release(folder, version, event, upcasters):
    made = files(folder, type(event), upcasters)
    made.write([("drill", event)])
    made.release(version)


def test_versions_that_follow_each_other_are_read_through_every_upcaster_and_all_stay_as_written(folder):
    release(folder, "2.0.0", Hours("t-2", 5, Personal("p-2", "Bo")), TO_HOURS)
    release(folder, "3.0.0", Minutes("t-3", 7, Personal("p-3", "Carl")), TO_MINUTES)
    assert files(folder, Minutes, TO_MINUTES).faults() == []
    read = {
        version: json.loads((folder / version / "drill.today.json").read_text())
        for version in ("tool-lent.v1", "tool-lent.v2")
    }
    assert personal(read["tool-lent.v1"].pop("to")) == ("p-1", "Anne")
    assert personal(read["tool-lent.v2"].pop("to")) == ("p-2", "Bo")
    assert read["tool-lent.v1"] == {"tool": "t-1", "minutes": 3 * 24 * 60}
    assert read["tool-lent.v2"] == {"tool": "t-2", "minutes": 5 * 60}
    assert json.loads((folder / "tool-lent.v1" / "drill.json").read_text())["days"] == 3


def test_an_upcaster_that_reads_an_old_event_otherwise_is_found(folder):
    release(folder, "2.0.0", Hours("t-2", 5, Personal("p-2", "Bo")), TO_HOURS)
    shorter = {("tool-lent", 1): lambda old: {"tool": old["tool"], "hours": old["days"] * 8, "to": old["to"]}}
    remedy = "Mend the upcasters from tool-lent v1 on, or run `make contracts` if the new reading is meant."
    assert files(folder, Hours, shorter).faults() == [f"tool-lent v1 (drill) reads otherwise than it did. {remedy}"]


@pytest.mark.parametrize(
    ("upcaster", "why"),
    [
        (lambda old: {"tool": old["tool"], "hours": old["weeks"], "to": old["to"]}, "KeyError 'weeks'"),
        (lambda old: {"tool": old["tool"], "to": old["to"]}, "field hours is now required"),
        (lambda old: old | {"hours": 1}, "field days, kind, parts is gone"),
    ],
)
def test_an_upcaster_that_cannot_read_an_old_event_is_found(folder, upcaster, why):
    release(folder, "2.0.0", Hours("t-2", 5, Personal("p-2", "Bo")), TO_HOURS)
    [sentence] = files(folder, Hours, {("tool-lent", 1): upcaster}).faults()
    assert sentence.startswith(f"tool-lent v1 (drill) cannot be read any more: {why}")
    assert "Mend the upcasters from tool-lent v1 on" in sentence


def declaring(folder, stand_in="[slettet]"):
    """`Lent` with its tool and its parts' notes sealed."""
    personal = {"tool-lent": PersonalFields("to", {"tool": stand_in, "parts/*/note": None})}
    return GoldenFiles(folder, EventCodec({"tool-lent": Lent}, personal=personal))


def test_a_field_may_become_sealed_and_stays_so_once_a_release_has_sealed_it(folder):
    declaring(folder).write([("drill", LENT)])
    assert declaring(folder).faults() == []
    declaring(folder).release("1.1.0")
    remedy = "or add version 2 with an upcaster from ('tool-lent', 1)."
    assert files(folder).faults() == [
        f"tool-lent v1 cannot be read any more: field tool was sealed str and is now str. Take sealed str as before, {remedy}",
        f"tool-lent v1 cannot be read any more: field parts[].note was null or sealed str and is now null or str. Take sealed str as before, {remedy}",
    ]


def test_what_stands_for_an_erased_field_must_fit_its_class(folder):
    unfit = declaring(folder, stand_in=0)
    unfit.write([("drill", LENT)])
    assert unfit.faults() == [
        "tool-lent v1 (drill) cannot be read once its person is erased: expected str, found int @ the event.tool. Let what stands for an erased field fit its class."
    ]
