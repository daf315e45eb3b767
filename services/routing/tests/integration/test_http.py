import pytest

from chassis.identity import accesses_of
from services.routing.tests.integration.conftest import World
from services.routing.tests.integration.test_answering import KIRKE_4, STRAND_1, request
from services.routing.tests.support.address_services import HOLKVEJ, KEY, AdressevaelgerStub

ADDRESSES, ROUTES = "/routing/api/v1/addresses", "/routing/api/v1/routes"


@pytest.fixture
def empty_world(tmp_path):
    """On SQLite alone: what differs between databases is behind the edge."""
    world = World(tmp_path, f"sqlite:///{tmp_path}/routing.db")
    yield world
    world.app.close()


def asked(*points, **more):
    return {"points": [{"address_id": one} if "-" in one else {"text": one} for one in points]} | more


def test_addresses_are_suggested_with_id_text_and_place(world):
    answer = world.client("employee").get(ADDRESSES, q="strandv", limit=2)
    assert answer.status_code == 200
    first, second = answer.json["items"]
    assert first == {
        "address_id": STRAND_1,
        "text": "Strandvej 1, 9990 Vestø",
        "lon_e6": 11_000_000,
        "lat_e6": 56_000_000,
    }
    assert second["text"].startswith("Strandvej 3")


def test_a_route_is_measured_on_the_spot_and_nothing_is_stored(world):
    answer = world.client("employee").post(ROUTES, asked(STRAND_1, "Kirkevej 4"))
    assert answer.status_code == 200
    assert (answer.json["driven_m"], answer.json["ferry_m"]) == pytest.approx((1600, 5200), rel=0.005)
    assert world.app.store.read_log(0, 10).head == 0


def test_the_answer_on_the_spot_is_the_answer_to_a_request(world):
    world.ask(request())
    published = world.answers()[0].data
    asked_now = world.client("employee").post(ROUTES, asked(STRAND_1, KIRKE_4)).json
    assert published == {"request_id": "r-1", **asked_now}
    assert world.client("auditor").get(f"{ROUTES}/r-1").json == asked_now


@pytest.mark.parametrize("profile", ["car-shortest", "bicycle"])
def test_the_profile_can_be_chosen_and_stands_in_the_answer(world, profile):
    answer = world.client("employee").post(ROUTES, asked(STRAND_1, KIRKE_4, profile=profile))
    assert answer.json["graph"]["profile"] == profile


@pytest.mark.parametrize(
    ("points", "code", "index"),
    [
        ((STRAND_1, "Ukendt Vej 3"), "unknown_address", 1),
        (("Strandvej 3", KIRKE_4), "ambiguous_address", 0),
        ((STRAND_1, "Alenevej 1"), "no_route", None),
        ((STRAND_1, KIRKE_4, "Klitten 1"), "no_road_near", 2),
    ],
)
def test_what_cannot_be_measured_is_a_422_that_names_the_point(world, points, code, index):
    answer = world.client("employee").post(ROUTES, asked(*points))
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert (answer.json["code"], answer.json["point_index"]) == (code, index)


def test_an_ambiguous_address_comes_with_the_ones_to_choose_from(world):
    answer = world.client("employee").post(ROUTES, asked("Strandvej 3", KIRKE_4))
    texts = [one["text"] for one in answer.json["candidates"]]
    assert texts == ["Strandvej 3, 9990 Vestø", "Strandvej 3, 9991 Østø"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        asked(STRAND_1),
        asked(*[STRAND_1] * 51),
        asked(STRAND_1, KIRKE_4, profile="helicopter"),
        asked(STRAND_1, KIRKE_4, colour="red"),
        {"points": [{}, {"text": "x"}]},
        {"points": [{"address_id": STRAND_1, "text": "both"}, {"text": "x"}]},
        {"points": [{"text": ""}, {"text": "x" * 201}]},
        {"points": [{"text": 7}, {"text": None}]},
        [],
        b"{",
    ],
)
def test_a_question_that_makes_no_sense_is_a_400(world, body):
    answer = world.client("employee").post(ROUTES, body)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "query", [{}, {"q": "x" * 201}, {"q": "a", "limit": 0}, {"q": "a", "limit": 51}, {"q": "a", "z": 1}]
)
def test_a_search_that_makes_no_sense_is_a_400(world, query):
    assert world.client("employee").get(ADDRESSES, **query).status_code == 400


def test_without_a_map_questions_are_a_503_that_tells_nothing_of_files(empty_world):
    client = empty_world.client("employee")
    for answer in (client.get(ADDRESSES, q="a"), client.post(ROUTES, asked(STRAND_1, KIRKE_4))):
        assert (answer.status_code, answer.json["code"]) == (503, "engine_unavailable")
        assert str(empty_world.app.config.maps_folder) not in answer.text
    assert client.get("/routing/health/ready").status_code == 200


@pytest.mark.parametrize("path", [ADDRESSES, ROUTES, f"{ROUTES}/r-1", "/routing/addresses"])
def test_nobody_asks_without_signing_in(world, path):
    assert world.client().get(path, q="a").status_code == 401


@pytest.mark.parametrize("path", [ROUTES, f"{ROUTES}/r-1"])
def test_who_drove_where_is_for_those_who_audit(world, path):
    world.ask(request())
    assert world.client("employee").get(path).status_code == 403
    assert world.client("integration").get(path).status_code == 403
    assert world.client("payroll").get(path).status_code == 403
    for role in ("auditor", "admin"):
        assert world.client(role).get(path).status_code == 200


def test_reading_a_route_is_recorded_for_it_may_begin_at_a_home(world):
    """Routing does not know whose: the request's id leads to the trip."""
    world.ask(request())
    world.client("auditor").get(f"{ROUTES}/r-1")
    world.client("auditor").get(f"{ROUTES}/r-2")
    world.client("employee").get(f"{ROUTES}/r-1")
    records = accesses_of(world.app.store.engine, "unknown")
    assert [(record.actor, record.what) for record in records] == [("p-1", "route r-1")]


def test_answers_are_listed_newest_first_a_page_at_a_time(world):
    world.ask(*(request(f"r-{number}") for number in range(5)))
    client, seen, cursor = world.client("auditor"), [], {}
    while True:
        page = client.get(ROUTES, limit=2, **cursor).json
        seen += [row["request_id"] for row in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == ["r-4", "r-3", "r-2", "r-1", "r-0"]


def test_a_route_nobody_asked_for_or_that_failed_is_not_found(world):
    world.ask(request("r-2", STRAND_1, "Alenevej 1"))
    for name in ("r-1", "r-2"):
        assert world.client("auditor").get(f"{ROUTES}/{name}").status_code == 404


class TestAddressPage:
    def test_it_asks_before_it_searches_and_lists_what_it_finds(self, world):
        client = world.client("employee")
        assert "<ul>" not in client.get("/routing/addresses").text.partition("<main")[2].partition("</main")[0]
        page = client.get("/routing/addresses", q="strandvej 3")
        assert page.status_code == 200
        assert "Strandvej 3, 9990 Vestø" in page.text
        assert "Strandvej 3, 9991 Østø" in page.text

    def test_a_chosen_address_is_carried_back_to_the_form(self, world):
        page = world.client("employee").get(
            "/routing/addresses", q="kirkevej 4", **{"return": "/trips/new?step=2&point=1"}
        )
        link = (
            f'href="/trips/new?step=2&amp;point=1&amp;address_id={KIRKE_4}&amp;text=Kirkevej+4%2C+9991+%C3%98st%C3%B8"'
        )
        assert link in page.text

    def test_a_long_form_and_a_long_text_find_their_way(self, world):
        back = "/trips/new?purpose=" + "x" * 8000
        page = world.client("employee").get("/routing/addresses", q="kirkevej 4 " + "y" * 1000, **{"return": back})
        assert page.status_code == 200
        assert f'href="{back}"' in page.text

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/trips/",
            "//evil.example/trips/",
            "/payroll/",
            "/trips/../payroll/",
            "/trips/%2e%2e/payroll/",
            "/trips//evil.example",
            "/trips/\\evil.example",
            "trips/new",
            "javascript:alert(1)//trips/",
            "/trips/\r\nLocation: x",
        ],
    )
    def test_nobody_is_sent_anywhere_but_to_pages_of_trips(self, world, elsewhere):
        page = world.client("employee").get("/routing/addresses", q="kirkevej 4", **{"return": elsewhere})
        assert page.status_code == 200
        main = page.text.partition("<main")[2].partition("</main")[0]
        assert "href=" not in main
        assert 'name="return"' not in main

    def test_what_was_typed_is_shown_as_text(self, world):
        page = world.client("employee").get("/routing/addresses", q='"><script>alert(1)</script>')
        assert "<script>alert" not in page.text
        assert "Ingen adresser passer" in page.text

    def test_it_speaks_english_too(self, world):
        page = world.client("employee", language="en").get("/routing/addresses", q="nowhere 1")
        assert "No address fits" in page.text

    def test_without_a_map_it_says_so_in_a_sentence(self, empty_world):
        page = empty_world.client("employee").get("/routing/addresses", q="strandvej")
        assert page.status_code == 503
        assert "Adresser kan ikke findes lige nu" in page.text


def test_a_written_address_is_washed_to_one_with_its_place(world):
    answer = world.client("employee").get(f"{ADDRESSES}/washed", text="strandvej 1, 9990 vestø, 2. tv")
    assert (answer.status_code, answer.json["address_id"], answer.json["lat_e6"]) == (200, STRAND_1, 56_000_000)


def test_what_may_be_two_addresses_is_refused_with_both(world):
    answer = world.client("employee").get(f"{ADDRESSES}/washed", text="Strandvej 3")
    assert (answer.status_code, answer.json["code"]) == (422, "ambiguous_address")
    assert {one["text"] for one in answer.json["candidates"]} == {"Strandvej 3, 9990 Vestø", "Strandvej 3, 9991 Østø"}


def test_what_is_no_address_is_refused(world):
    answer = world.client("employee").get(f"{ADDRESSES}/washed", text="Ukendt Vej 3")
    assert (answer.status_code, answer.json["code"]) == (422, "unknown_address")


@pytest.fixture
def outside(tmp_path):
    """Routing whose addresses are Adressevælger's, and the service that stands for it."""
    stub = AdressevaelgerStub(tmp_path)
    found = {"ADDRESSES": "adressevaelger", "ADDRESSES_URL": stub.url, "ADDRESSES_KEY": KEY}
    world = World(tmp_path, f"sqlite:///{tmp_path}/routing.db", **found)
    yield world, stub
    world.app.close()
    stub.close()


def test_addresses_of_a_service_are_suggested_without_a_place_and_the_key_stays_here(outside, caplog):
    caplog.set_level("DEBUG")
    client = outside[0].client("employee")
    suggested = client.get(ADDRESSES, q="holkvej 11")
    page = client.get("/routing/addresses", **{"q": "holkvej 11", "return": "/trips/new"})
    washed = client.get(f"{ADDRESSES}/washed", text="Holkvej 11, 8930")
    assert suggested.json["items"] == [{"address_id": HOLKVEJ, "text": "Holkvej 11, Mellerup, 8930 Randers NØ"}]
    assert HOLKVEJ in page.text
    assert washed.json["address_id"] == HOLKVEJ
    shown = [f"{answer.text} {answer.headers}" for answer in (suggested, page, washed)]
    assert all(KEY not in text for text in (*shown, caplog.text))


def test_while_the_address_service_is_away_people_are_told_to_come_back(outside):
    world, stub = outside
    stub.failing = 503
    for answer in (
        world.client("employee").get(ADDRESSES, q="h"),
        world.client("employee").get("/routing/addresses", q="h"),
    ):
        assert answer.status_code == 503
        assert KEY not in answer.text
