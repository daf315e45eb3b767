import re

import pytest


def form_of(page):
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))


def test_the_list_shows_periods_and_the_open_amount_in_both_languages(staffed):
    staffed.drive(staffed.people()["Anne"])
    danish = staffed.call("GET", "/", "payroll").text
    assert "Klar til udbetaling nu" in danish
    assert '<p class="figure">48,62\N{NO-BREAK SPACE}kr.</p>' in danish
    assert "marts 2026" in danish
    assert "Ready to be paid now" in staffed.call("GET", "/?lang=en", "payroll").text


def test_the_list_is_there_when_every_month_so_far_is_closed(staffed):
    staffed.call("POST", "/api/v1/periods/2026-04/close", "payroll", json={})
    staffed.catch_up()
    shown = staffed.call("GET", "/", "payroll")
    assert shown.status_code == 200
    assert "april 2026" in shown.text


def test_a_period_is_closed_after_seeing_count_and_amount(staffed):
    staffed.drive(staffed.people()["Anne"])
    assert "/payroll/periods/2026-03/close" in staffed.call("GET", "/periods/2026-03", "payroll").text
    confirm = staffed.call("GET", "/periods/2026-03/close", "payroll").text
    assert (
        "udbetalt 48,62\N{NO-BREAK SPACE}kr. for 1 indberetning på i alt 12,34\N{NO-BREAK SPACE}km, uanset hvilken"
        in confirm
    )
    answer = staffed.call("POST", "/periods/2026-03/close", "payroll", data=form_of(confirm))
    assert answer.status_code == 303
    staffed.catch_up()
    closed = staffed.call("GET", answer.headers["Location"].removeprefix("/payroll"), "payroll").text
    assert "Lukket 07.04.2026" in closed
    assert "/payroll/api/v1/periods/2026-03/files/opus" in closed
    assert "3101" in closed


def test_closing_says_which_months_can_no_longer_be_closed_and_that_the_month_is_not_over(staffed):
    confirm = staffed.call("GET", "/periods/2026-04/close", "payroll").text
    assert "marts 2026 er ikke lukket" in confirm
    assert "april 2026 er ikke slut" in confirm
    of_march = staffed.call("GET", "/periods/2026-03/close", "payroll").text
    assert "marts 2026 er ikke lukket" not in of_march
    assert "er ikke slut" not in of_march


def test_what_was_approved_after_the_page_was_shown_is_not_paid_with_it(staffed):
    anne = staffed.people()["Anne"]
    staffed.drive(anne)
    form = form_of(staffed.call("GET", "/periods/2026-03/close", "payroll").text)
    staffed.drive(anne, decided_at="2026-04-01T08:00:00Z")
    before = staffed.head()
    answer = staffed.call("POST", "/periods/2026-03/close", "payroll", data=form)
    assert answer.status_code == 409
    assert "Der er ikke udbetalt noget" in answer.text
    assert staffed.head() == before


def test_a_form_that_was_tampered_with_is_refused(staffed):
    for form in (
        {"cut_off": "2026-04-01T00:00:00Z"},
        {"cut_off": "x", "trip_count": "1", "amount_oere": "1"},
        {"cut_off": "2026-04-01T00:00:00", "trip_count": "0", "amount_oere": "0"},
    ):
        assert staffed.call("POST", "/periods/2026-03/close", "payroll", data=form).status_code == 400


@pytest.mark.parametrize("cut_off", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_cut_off_beyond_the_calendar_is_refused_in_the_form(staffed, cut_off):
    form = {"cut_off": cut_off, "trip_count": "0", "amount_oere": "0"}
    answer = staffed.call("POST", "/periods/2026-03/close", "payroll", data=form)
    assert (answer.status_code, "Skæringstidspunktet" in answer.text) == (422, True)


def test_a_page_that_cannot_show_what_was_done_yet_says_so_like_the_api(staffed):
    for path in ("/periods/2026-03", "/api/v1/periods/2026-03"):
        assert staffed.call("GET", f"{path}?min_position=1000000", "payroll").status_code == 503


def test_a_period_that_cannot_be_closed_says_why_and_has_no_button(staffed):
    trip_id = staffed.drive(staffed.people()["Anne"], rate_type="rocket")
    page = staffed.call("GET", "/periods/2026-03", "payroll").text
    assert trip_id in page
    assert "Der er ingen takst for taksttypen" in page
    assert "/payroll/periods/2026-03/close" not in page
    assert staffed.call("GET", "/periods/2026-03/close", "payroll").status_code == 303


def test_an_administrator_sees_the_periods_without_the_buttons(staffed):
    staffed.drive(staffed.people()["Anne"])
    page = staffed.call("GET", "/periods/2026-03", "admin").text
    assert "/payroll/periods/2026-03/close" not in page
    assert staffed.call("GET", "/", "employee").status_code == 403
    assert staffed.call("GET", "/periods/2027-01", "payroll").status_code == 404
