"""The report form as typed: every input is kept, addresses may be added, removed and picked, and what is wrong is
said in a sentence by its field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from marshmallow import ValidationError

from trips.domain.events import Odometer, Report
from trips.domain.typed_km import km_text, metres_typed
from trips.http.schemas import ReportIn
from trips.http.texts import TEXTS

CHOICES = ("round_trip", "four_km", "without_extra", "trailer")
"""Boxes that are ticked or not."""
HIDDEN = ("trip_id", "revision")
"""What the form is about: the trip's id, and the revision that is changed, empty for a new trip."""
TYPED = ("driving_date", "purpose", "employment_id", "rate_type", "licence_plate", "remark")
NUMBERS = ("passengers",)
"""Whole numbers; an empty field is none."""
READ = ("odometer", "odometer_starts", "odometer_ends")
"""A distance that was read, in kilometres as typed, and which ends of it were at home; empty when it is measured."""
FIELDS = (*HIDDEN, *TYPED, *CHOICES, *NUMBERS, *READ)
ORDER = (
    "driving_date", "purpose", "employment_id", "points", "odometer", *CHOICES,
    "rate_type", "licence_plate", *NUMBERS, "remark",
)  # fmt: skip
"""The fields as they follow each other on the page; the addresses stand under ``points``."""
MOST_DIGITS = 10
FEWEST_STOPS, MOST_STOPS = 2, 12
STOP_PARTS = ("stop-{}", "stop-id-{}", "stop-picked-{}")
"""The inputs of one address: the text as typed, routing's id, and the suggestion the id belongs to."""
Sentence = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Stop:
    """One address: the text as typed, and routing's id for ``picked``, the suggestion it came from."""

    text: str = ""
    address_id: str = ""
    picked: str = ""

    @property
    def as_point(self) -> dict[str, str]:
        """The id only while the text is still the suggestion's own: what people read is what is measured."""
        if self.address_id and self.text.strip() == self.picked.strip():
            return {"address_id": self.address_id, "text": self.picked.strip()}
        return {"text": self.text.strip()}


@dataclass(frozen=True, slots=True)
class TripForm:
    """``values`` by field; ``stops`` in driving order; ``errors`` are sentences by field."""

    values: Mapping[str, str]
    stops: tuple[Stop, ...]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, str]) -> TripForm:
        """The form as a browser sent it, or as it was kept."""
        values = {name: given.get(name, "") for name in FIELDS}
        stops = tuple(_stops(given))
        return cls(values, stops + (Stop(),) * (FEWEST_STOPS - len(stops)))

    @classmethod
    def of_trip(cls, trip_id: str, revision: int, report: Report) -> TripForm:
        """The form filled in with a trip that is to be changed."""
        values = dict.fromkeys(FIELDS, "") | odometer_fields(report.odometer)
        values |= {name: str(getattr(report, name) or "") for name in (*TYPED, *NUMBERS)}
        values |= {name: "1" if getattr(report, name) else "" for name in CHOICES}
        values |= {"trip_id": trip_id, "revision": str(revision), "driving_date": report.driving_date.isoformat()}
        shown = [Stop(point.text or "", point.address_id or "", point.text or "") for point in report.points]
        return cls(values, (*shown, *(Stop() for _ in range(FEWEST_STOPS - len(shown)))))

    @property
    def revision(self) -> int | None:
        """The revision that is changed; None for a new trip."""
        typed = self.values["revision"]
        return int(typed) if typed.isascii() and typed.isdigit() else None

    def with_value(self, name: str, value: str) -> TripForm:
        """The same form with one field filled in, unless it already is."""
        return self if self.values[name] else replace(self, values={**self.values, name: value})

    def with_errors(self, errors: Mapping[str, Sequence[str]]) -> TripForm:
        """The same form, saying what is wrong."""
        return replace(self, errors=errors)

    def adding_stop(self) -> TripForm:
        """One more address before the last."""
        return replace(self, stops=(*self.stops[:-1], Stop(), self.stops[-1])) if len(self.stops) < MOST_STOPS else self

    def removing_stop(self, index: int) -> TripForm:
        """Without the address at ``index``; two are always left."""
        kept = self.stops[:index] + self.stops[index + 1 :]
        return replace(self, stops=kept) if len(kept) >= FEWEST_STOPS else self

    def picking(self, index: int, stop: Stop) -> TripForm:
        """With the address at ``index`` replaced by one that was found."""
        stops = tuple(stop if place == index else one for place, one in enumerate(self.stops))
        return replace(self, stops=stops)

    def as_fields(self) -> dict[str, str]:
        """The whole form as a browser would send it, so that it can be kept."""
        given = {name: value for name, value in self.values.items() if value}
        for index, stop in enumerate(self.stops):
            parts = (stop.text, stop.address_id, stop.picked)
            given |= {name.format(index): part for name, part in zip(STOP_PARTS, parts, strict=True)}
        return given

    def value(self, name: str) -> str:
        """A field as typed."""
        return self.values.get(name, "")

    @property
    def wrong(self) -> bool:
        """Whether anything must be put right."""
        return bool(self.errors)

    def error(self, name: str) -> str:
        """The sentences about one field as one text; empty when it is fine."""
        return " ".join(self.errors.get(name, ()))

    def report(self, sentence: Sentence) -> Report | TripForm:
        """What was reported, or the form with what cannot be read in it."""
        try:
            report: Report = ReportIn().load(self._document())["report"]
        except ValidationError as error:
            messages = error.messages if isinstance(error.messages, dict) else {}
            errors = {
                name: [sentence(f"unreadable.{name}")] for name in sorted(messages, key=lambda name: _place((name, "")))
            }
            return self.with_errors(errors)
        return report

    def with_faults(self, faults: Mapping[str, Sequence[str]], sentence: Sentence) -> TripForm:
        """The form with the server's faults, codes by the API's fields, as sentences by the form's."""
        filled = [index for index, stop in enumerate(self.stops) if stop.text.strip()]
        errors = {
            _form_field(name, filled): [sentence(fault_key(code)) for code in codes] for name, codes in faults.items()
        }
        return self.with_errors(dict(sorted(errors.items(), key=_place)))

    def _document(self) -> dict[str, Any]:
        typed = {name: self.values[name] for name in TYPED}
        points = [stop.as_point for stop in self.stops if stop.text.strip()]
        numbers = {name: _number(self.values[name]) for name in NUMBERS}
        return {
            **typed,
            **numbers,
            "odometer": self._odometer(),
            "points": points,
            **{name: bool(self.values[name]) for name in CHOICES},
        }

    def _odometer(self) -> dict[str, Any] | None:
        """The distance read; what is no distance stays as typed, for the schema to refuse."""
        text = self.values["odometer"].strip()
        if not text:
            return None
        metres = metres_typed(text)
        ends = {
            "starts_at_home": bool(self.values["odometer_starts"]),
            "ends_at_home": bool(self.values["odometer_ends"]),
        }
        return {"distance_m": text if metres is None else metres, **ends}


def day_typed(text: str) -> date | None:
    """The day a browser sent; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def odometer_fields(read: Odometer | None) -> dict[str, str]:
    """The inputs of a distance that was read."""
    if read is None:
        return {}
    ends = {"odometer_starts": read.starts_at_home, "odometer_ends": read.ends_at_home}
    return {"odometer": km_text(read.distance_m), **{name: "1" for name, home in ends.items() if home}}


def _number(typed: str) -> int | str:
    """The number, 0 for an empty field; what is none stays as typed, for the schema to refuse."""
    text = typed.strip() or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else text


def fault_key(code: str) -> str:
    """The text for a fault; one that a later release of routing gives is named in general."""
    key = f"fault.{code}"
    return key if key in TEXTS["da"] else "fault.other"


def _place(error: tuple[str, object]) -> tuple[int, str]:
    """Where on the page a field stands, so that the summary follows the page."""
    name = error[0]
    known = name if name in ORDER else "points"
    return ORDER.index(known), name


def _stops(given: Mapping[str, str]) -> Iterator[Stop]:
    for index in range(MOST_STOPS):
        if f"stop-{index}" in given:
            yield Stop(*(given.get(name.format(index), "") for name in STOP_PARTS))


def _form_field(name: str, filled: Sequence[int]) -> str:
    """``points.1`` is the second address that was filled in; any other field has the API's name."""
    prefix, _, index = name.partition(".")
    return f"stop-{filled[int(index)]}" if prefix == "points" and index else name
