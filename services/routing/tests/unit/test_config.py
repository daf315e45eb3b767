import pytest

from chassis.config import ConfigError, load, shown
from routing.config import RoutingConfig

URLS = "car-fastest=http://a:5000,car-shortest=http://b:5000,bicycle=http://c:5000/{map_id}"


def loaded(**settings):
    return load(RoutingConfig, {"ROUTING_DATABASE_URL": "sqlite://", **settings})


def test_without_settings_the_engine_is_in_the_process():
    assert loaded().engine == "osrm"


def test_every_profile_has_a_server():
    urls = loaded(ROUTING_ENGINE="osrm-http", ROUTING_OSRM_URLS=URLS).osrm_urls
    assert urls == {
        "car-fastest": "http://a:5000",
        "car-shortest": "http://b:5000",
        "bicycle": "http://c:5000/{map_id}",
    }


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ROUTING_ENGINE": "graphhopper"}, "ROUTING_ENGINE must be one of osrm, osrm-http, valhalla-http"),
        ({"ROUTING_ENGINE": "osrm-http"}, "ROUTING_OSRM_URLS is missing; ROUTING_ENGINE=osrm-http needs it."),
        (
            {"ROUTING_ENGINE": "valhalla-http"},
            "ROUTING_VALHALLA_URL is missing; ROUTING_ENGINE=valhalla-http needs it.",
        ),
        ({"ROUTING_OSRM_URLS": "car-fastest=http://a:5000"}, "car-shortest, bicycle has none"),
        ({"ROUTING_OSRM_URLS": "lorry=http://a:5000"}, "'lorry=http://a:5000' does not"),
        ({"ROUTING_VALHALLA_URL": "valhalla:8002"}, "ROUTING_VALHALLA_URL must begin with http:// or https://"),
        ({"ROUTING_ADDRESSES": "dawa"}, "ROUTING_ADDRESSES must be one of map, register, adressevaelger, datafordeler"),
        (
            {"ROUTING_ADDRESSES": "adressevaelger"},
            "ROUTING_ADDRESSES_KEY is missing; ROUTING_ADDRESSES=adressevaelger needs it.",
        ),
        ({"ROUTING_ADDRESSES_URL": "localhost"}, "ROUTING_ADDRESSES_URL must begin with http:// or https://"),
        ({"ROUTING_ADDRESSES_URL": "http://[::1"}, "ROUTING_ADDRESSES_URL must be an address with a host"),
        ({"ROUTING_VALHALLA_URL": "http://"}, "ROUTING_VALHALLA_URL must be an address with a host"),
        ({"ROUTING_VALHALLA_URL": "http://v:port"}, "ROUTING_VALHALLA_URL must be an address with a host"),
        ({"ROUTING_ENGINE_TIMEOUT_S": "0"}, "ROUTING_ENGINE_TIMEOUT_S must be between 1 and 60"),
    ],
)
def test_what_cannot_work_is_said_before_the_service_starts(settings, sentence):
    with pytest.raises(ConfigError) as caught:
        loaded(**settings)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROUTING_VALHALLA_URL", "http://kommune:hemmeligt@v:8002/{map_id}"),
        ("ROUTING_VALHALLA_URL", "kommune:hemmeligt@v:8002"),
        ("ROUTING_ADDRESSES_URL", "https://hemmeligt@adresser.example"),
        ("ROUTING_OSRM_URLS", "car-fastest=http://kommune:hemmeligt@a:5000"),
        ("ROUTING_OSRM_URLS", "lorry=http://kommune:hemmeligt@a:5000"),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(name, value):
    with pytest.raises(ConfigError) as caught:
        loaded(**{name: value})
    assert f"{name} must hold no user and no password" in str(caught.value)
    assert "hemmeligt" not in str(caught.value)


def test_the_key_of_an_address_service_is_never_shown():
    config = loaded(ROUTING_ADDRESSES="datafordeler", ROUTING_ADDRESSES_KEY="kun-paa-serveren")
    assert "kun-paa-serveren" not in f"{config!r} {shown(config)}"
