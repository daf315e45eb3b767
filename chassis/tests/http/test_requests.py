"""What reaches a handler, and what is refused before it."""

import pytest

LOANS = "/lending/api/v1/loans"
GOOD = {"book": "Moby Dick", "days": 14}


def test_a_good_request_is_answered_and_stored(site, app):
    answer = site.ask("POST", LOANS, token=site.token(), body=GOOD)
    assert (answer.status, answer.json) == (201, {"book": "Moby Dick", "due": "2026-11-23"})
    assert app.store.read_log(0, 10).events[0].meta.actor == "p-1"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed_json"),
        (b"\xff\xfe", "malformed_json"),
        (b'{"days": NaN}', "malformed_json"),
        (b'{"days": 1, "days": 2}', "malformed_json"),
        (b'{"days": 9223372036854775808}', "malformed_json"),
        (b'{"days": ' + b"9" * 5000 + b"}", "malformed_json"),
        (b'{"book": "\\ud800"}', "malformed_json"),
        (b'{"book": "a\\u0000b"}', "malformed_json"),
        (b"[" * 100_000, "malformed_json"),
        (b"[]", "invalid"),
        (b'"text"', "invalid"),
        (b"null", "invalid"),
        (b"{}", "invalid"),
        (b'{"book": 1, "days": 14}', "invalid"),
        (b'{"book": "x", "days": "many"}', "invalid"),
        (b'{"book": "x", "days": 1.5}', "invalid"),
        (b'{"book": "x", "days": 61}', "invalid"),
        (b'{"book": "x", "days": 14, "colour": "red"}', "invalid"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_that_cannot_be_understood_is_refused_and_nothing_is_stored(site, app, body, code):
    answer = site.ask("POST", LOANS, token=site.token(), body=body)
    assert (answer.status, answer.json["code"]) == (400, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert app.store.read_log(0, 1).head == 0


def test_a_refused_body_says_by_field_what_is_wrong(site):
    body = {"days": 0, "colour": "red", "tags": [{"text": "a"}, {}]}
    problem = site.ask("POST", LOANS, token=site.token(), body=body).json
    assert set(problem["errors"]) == {"book", "days", "colour", "tags.1.text"}
    assert problem["errors"]["colour"] == ["Unknown field."]


def test_only_json_is_read_where_json_is_expected(site):
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = site.ask("POST", LOANS, token=site.token(), body=GOOD, content_type=kind)
        assert (answer.status, answer.json["code"]) == (415, "unsupported_media_type")


def test_a_body_that_is_announced_too_large_is_refused(site):
    body = {"book": "x", "days": 1, "tags": [{"text": "y" * 100}]}
    answer = site.ask("PUT", "/lending/api/v1/snapshot", token=site.token("librarian"), body=body)
    assert (answer.status, answer.json["code"], answer.json["max_bytes"]) == (413, "too_large", 100)


def chunked(site, path, pieces, token):
    head = f"PUT {path} HTTP/1.1\r\nHost: library.test\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return site.send(head.encode() + body + b"0\r\n\r\n")


def test_a_chunked_body_is_read_to_its_end(site):
    pieces = [b'{"book": "x", ', b'"days": 1}']
    assert chunked(site, "/lending/api/v1/snapshot", pieces, site.token("librarian")).status == 204


def test_a_chunked_body_that_grows_too_large_is_refused(site):
    pieces = [b'{"book": "', b"x" * 50, b"x" * 50, b'", "days": 1}']
    answer = chunked(site, "/lending/api/v1/snapshot", pieces, site.token("librarian"))
    assert (answer.status, answer.json["code"]) == (413, "too_large")


def test_the_sender_of_megabytes_too_many_still_reads_the_refusal(site):
    body = b'{"book": "' + b"x" * 7_500_000 + b'"}'
    answer = site.ask("POST", LOANS, token=site.token(), body=body)
    assert answer.status == 413


def test_a_chunked_form_is_read_to_its_end(site):
    head = "POST /lending/ HTTP/1.1\r\nHost: library.test\r\nOrigin: http://library.test\r\nConnection: close\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert site.send(head.encode() + b"3\r\nboo\r\n3\r\nk=x\r\n0\r\n\r\n").status == 303


def test_a_body_that_stops_half_way_is_refused(site):
    token = site.token("librarian")
    head = f"PUT /lending/api/v1/snapshot HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    for framing, part in (
        (b"Content-Length: 50\r\n\r\n", b'{"book"'),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nab"),
    ):
        answer = site.send(head.encode() + framing + part, and_no_more=True)
        assert (answer.status, answer.json["code"]) == (400, "body_incomplete")


def test_an_unknown_transfer_coding_is_not_guessed_at(site):
    """Guessing would let a second request hide in the body of the first."""
    raw = b"POST /lending/api/v1/loans HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
    answer = site.send(raw)
    assert (answer.status, answer.headers["connection"]) == (501, "close")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=abc", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limt=3", "limt"),
        ("limit=99999999999999999999999", "limit"),
    ],
)
def test_a_query_that_does_not_fit_is_refused_by_field(site, query, field):
    answer = site.get(f"{LOANS}?{query}", token=site.token())
    assert (answer.status, list(answer.json["errors"])) == (400, [field])


def test_a_list_in_the_query_may_be_repeated(site):
    assert site.get(f"{LOANS}?tag=a&tag=b", token=site.token()).json["book"] == "10 ['a', 'b']"
    assert site.get(f"{LOANS}?tag=a&lang=en", token=site.token()).json["book"] == "10 ['a']"


def test_text_that_no_database_can_hold_is_refused_in_path_and_query(site):
    assert site.get("/lending/api/v1/loans/a%00b").json["code"] == "invalid"
    assert site.get(f"{LOANS}?tag=a%00b", token=site.token()).json["code"] == "invalid"


def test_an_unknown_path_is_a_problem_for_programs_and_a_page_for_people(site):
    assert site.get("/lending/api/v1/nothing").json["code"] == "unknown_path"
    page = site.get("/lending/nothing", headers=["Accept: text/html"])
    assert page.status == 404
    assert "Siden findes ikke" in page.text


def test_a_wrong_method_says_which_are_right(site):
    answer = site.ask("PATCH", LOANS)
    assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, POST"
    asked = site.ask("OPTIONS", LOANS)
    assert (asked.status, asked.headers["allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, POST")


def test_head_has_the_headers_of_get_and_no_body(site):
    answer = site.ask("HEAD", "/lending/api/v1/loans/x")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) == len(site.get("/lending/api/v1/loans/x").body)


def test_a_repeated_command_is_carried_out_once_and_answered_alike(site, app):
    key = ["Idempotency-Key: again-1"]
    first = site.ask("POST", LOANS, token=site.token(), body=GOOD, headers=key)
    second = site.ask("POST", LOANS, token=site.token(), body=GOOD, headers=key)
    assert (first.status, second.status) == (201, 200)
    assert first.json == second.json
    assert app.store.read_log(0, 10).head == 1


def test_the_same_key_for_another_request_is_refused_and_nothing_is_stored(site, app):
    key = ["Idempotency-Key: again-1"]
    site.ask("POST", LOANS, token=site.token(), body=GOOD, headers=key)
    other = site.ask("POST", LOANS, token=site.token(), body={**GOOD, "book": "Emma"}, headers=key)
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert app.store.read_log(0, 10).head == 1


def test_an_idempotency_key_is_plain_text_of_bounded_length(site):
    for key in ("x" * 129, "with space"):
        answer = site.ask("POST", LOANS, token=site.token(), body=GOOD, headers=[f"Idempotency-Key: {key}"])
        assert (answer.status, answer.json["code"]) == (400, "idempotency_key")


def test_a_correlation_id_is_kept_and_one_that_could_forge_a_log_is_not(site, app):
    kept = site.ask("POST", LOANS, token=site.token(), body=GOOD, headers=["X-Correlation-Id: order-7"])
    assert kept.headers["x-correlation-id"] == "order-7"
    assert app.store.read_log(0, 1).events[0].meta.correlation_id == "order-7"
    assert site.get("/lending/version", headers=["X-Correlation-Id: a b"]).headers["x-correlation-id"] != "a b"
