from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from payroll.domain.opus import FileSettings, Payee, opus_file, opus_line
from payroll.domain.pay_lines import LineKey, PayItem, PayLine, checksum, pay_lines

ITEMS = st.lists(
    st.builds(
        PayItem,
        employment=st.sampled_from(["10 a", "10 b", "9 c"]),
        pay_code=st.sampled_from(["3101", "3102"]),
        second_pay_code=st.sampled_from([None, "3102", "3109"]),
        account=st.sampled_from([None, "0000000001", "9999999999"]),
        driving_date=st.dates(date(2025, 11, 1), date(2026, 12, 31)),
        metres=st.integers(0, 12_000_000),
    ),
    max_size=40,
)
PAYEES = {employment: Payee("9901801112", 1, 0) for employment in ("10 a", "10 b", "9 c")}


@given(ITEMS)
def test_the_lines_of_a_key_are_its_metres_cut_once(items):
    """Σ of a key's lines = Σ of its metres, cut to whole hundredths of a kilometre; no other key has a line."""
    metres: dict[tuple, int] = {}
    for item in items:
        for code in (item.pay_code, item.second_pay_code):
            if code is not None:
                key = (item.employment, code, item.account or "", item.driving_date.year, item.driving_date.month)
                metres[key] = metres.get(key, 0) + item.metres
    written: dict[tuple, int] = {}
    for line in pay_lines(items):
        key = (
            line.key.employment,
            line.key.pay_code,
            line.key.account,
            line.key.last_day.year,
            line.key.last_day.month,
        )
        written[key] = written.get(key, 0) + line.hundredths_km
    assert written == {key: total // 10 for key, total in metres.items() if total >= 10}


@given(ITEMS, st.randoms())
def test_the_order_of_trips_changes_neither_lines_nor_checksum_nor_file(items, chance):
    shuffled = list(items)
    chance.shuffle(shuffled)
    lines, others = pay_lines(items), pay_lines(shuffled)
    settings = FileSettings(123, None, "utf-8")
    assert lines == others
    assert checksum(lines) == checksum(others)
    assert opus_file(lines, PAYEES, settings) == opus_file(others, PAYEES, settings)


@given(ITEMS)
def test_every_line_fits_the_record_and_no_line_is_empty(items):
    for line in pay_lines(items):
        text = opus_line(line, PAYEES[line.key.employment], 123)
        assert len(text) == len(text.encode()) == 55
        assert 0 < line.hundredths_km <= 999_999


def test_any_difference_in_a_line_is_another_checksum():
    key = LineKey("10 a", "3101", "", date(2026, 3, 31))
    lines = [PayLine(key, 100)]
    others = ([], [PayLine(key, 101)], [PayLine(LineKey("10 a", "3101", "1", date(2026, 3, 31)), 100)], lines * 2)
    assert len({checksum(lines), *(checksum(other) for other in others)}) == 5


def test_the_checksum_says_nothing_about_cpr_numbers():
    """A line names its employment; numbers come in only when the file is written."""
    assert "cpr" not in {name for cls in (LineKey, PayLine, PayItem) for name in cls.__dataclass_fields__}
    assert "9901801112" not in repr(PAYEES)
