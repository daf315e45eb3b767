"""Others' events are read tolerantly, and what does not fit is named without showing it."""

from types import SimpleNamespace

import pytest
from marshmallow import fields

from chassis.errors import Unreadable
from chassis.reading import Tolerant, read


class BookLent(Tolerant):
    book = fields.String(required=True)
    days = fields.Integer(required=True, strict=True)


def test_a_field_of_a_later_release_is_passed_over():
    event = SimpleNamespace(type="book-lent", data={"book": "Emma", "days": 3, "added_later": 1})
    assert read(BookLent(), event) == {"book": "Emma", "days": 3}


@pytest.mark.parametrize(
    ("data", "names"), [({"book": 1, "days": "secret"}, ["book", "days"]), ({"book": "secret"}, ["days"])]
)
def test_what_does_not_fit_is_named_without_its_value(data, names):
    with pytest.raises(Unreadable) as parked:
        read(BookLent(), SimpleNamespace(type="book-lent", data=data))
    assert parked.value.details == {"fields": names}
    assert all(part in parked.value.message for part in ("book-lent", *names))
    assert "secret" not in parked.value.message
