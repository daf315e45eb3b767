"""What leaves the service: strict answers, errors without our inside, protected pages."""

import pytest

LOAN = "/lending/api/v1/loans/"


@pytest.mark.parametrize(
    ("book", "status", "code"),
    [("lost", 404, "unknown_book"), ("taken", 409, "already_lent"), ("rule", 422, "too_many_books")],
)
def test_the_type_of_an_error_decides_the_status(site, book, status, code):
    problem = site.get(LOAN + book).json
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:problem:{code}")


def test_the_details_of_an_error_stand_beside_its_sentence(site):
    problem = site.get(LOAN + "taken").json
    assert (problem["detail"], problem["holder_count"]) == ("Somebody else has it.", 1)


def test_an_unexpected_error_says_nothing_of_our_inside_and_is_logged(site, caplog):
    answer = site.get(LOAN + "bug", headers=["X-Correlation-Id: look-here"])
    assert (answer.status, answer.json["code"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert "KeyError" not in answer.text
    assert any("secret-detail" in str(record.exc_info) for record in caplog.records)


@pytest.mark.parametrize("book", ["liar", "liar-tag", "forgetful"])
def test_an_answer_that_breaks_its_promise_is_a_defect_of_ours(site, book):
    assert site.get(LOAN + book).json["code"] == "unexpected"


def test_an_answer_the_client_has_already_is_not_sent_again(site):
    first = site.get(LOAN + "known")
    again = site.get(LOAN + "known", headers=[f"If-None-Match: {first.headers['etag']}"])
    assert (first.status, again.status, again.body) == (200, 304, b"")


def test_a_download_has_its_name_and_its_bytes(site):
    answer = site.get("/lending/api/v1/receipt")
    assert answer.body == b"linje 1\r\n"
    assert answer.headers["content-type"] == "text/plain; charset=iso-8859-1"
    assert "filename*=UTF-8''kvittering%20%C3%A5.txt" in answer.headers["content-disposition"]


def test_every_answer_protects_the_browser(site):
    for path in ("/lending/", LOAN + "x", "/lending/nothing"):
        headers = site.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_static_files_are_kept_for_ever_under_their_fingerprint(site):
    import re

    address = re.search(r'href="(/lending/static/style\.css\?v=\w+)"', site.get("/lending/").text)[1]
    answer = site.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    stale = site.get("/lending/static/style.css?v=old")
    assert "must-revalidate" in stale.headers["cache-control"]


@pytest.mark.parametrize("name", ["..%2f..%2fapp.py", "%2e%2e/app.py", ".hidden", "nothing.css"])
def test_static_files_are_only_those_in_their_folder(site, name):
    assert site.get(f"/lending/static/{name}").status == 404


def test_a_page_speaks_danish_until_asked_otherwise_and_then_remembers(site):
    assert 'lang="da"' in site.get("/lending/").text
    answer = site.get("/lending/?lang=en")
    assert "Books on the shelf" in answer.text
    assert answer.headers["set-cookie"].startswith("lang=en")
    assert "Books on the shelf" in site.get("/lending/", cookie="lang=en").text
    assert "Bøger" in site.get("/lending/?lang=xx").text


def test_a_form_that_is_wrong_keeps_the_input_and_leads_to_the_field(site):
    answer = site.post_form("/lending/", "book=&remark=%3Cb%3Ehej", headers=["Origin: http://library.test"])
    assert answer.status == 422
    assert '<a href="#book">Skriv, hvilken bog du vil låne.</a>' in answer.text
    assert 'aria-describedby="book-hint book-error" aria-invalid="true"' in answer.text
    assert "&lt;b&gt;hej</textarea>" in answer.text
    assert "<title>Fejl: " in answer.text


def test_a_form_that_is_right_leads_on(site):
    answer = site.post_form("/lending/", "book=x", headers=["Origin: http://library.test"])
    assert (answer.status, answer.headers["location"]) == (303, "/lending/")


def test_an_error_on_a_page_is_a_page_with_a_sentence(site):
    answer = site.get("/lending/broken")
    assert answer.status == 409
    assert "Noget er ændret i mellemtiden" in answer.text
    assert "Somebody else has it." in answer.text


def test_the_menu_shows_what_the_reader_may_use(site):
    text = site.get("/lending/", cookie=f"session={site.token('librarian')}").text
    assert "Åse Holm" in text
    assert 'aria-current="page">Lending</a>' in text
