"""Configuration: what is wrong is said at once, in sentences; what is secret is never shown."""

import pytest
from lending.service import LendingConfig

from chassis.config import ConfigError, load, shown, variables

GOOD = {"LENDING_DATABASE_URL": "sqlite:////srv/secret-place.db"}


def problems(environment):
    with pytest.raises(ConfigError) as raised:
        load(LendingConfig, environment)
    return raised.value.problems


def test_values_have_their_types():
    config = load(
        LendingConfig, {**GOOD, "LENDING_HTTP_PORT": "9", "LENDING_FEEDS": "a=http://a/feed, b=https://b/feed"}
    )
    assert (config.http_port, config.most_books) == (9, 3)
    assert config.feeds == {"a": "http://a/feed", "b": "https://b/feed"}


def test_what_belongs_to_others_is_not_looked_at():
    assert load(LendingConfig, {**GOOD, "PATH": "/bin", "LENDINGX": "1", "OTHER_HTTP_PORT": "x"}).http_port == 8000


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HTTP_PORT", "eighty", "LENDING_HTTP_PORT must be a whole number, not 'eighty'."),
        ("HTTP_PORT", "70000", "LENDING_HTTP_PORT must be between 0 and 65535, not 70000."),
        ("LOG_FORMAT", "xml", "LENDING_LOG_FORMAT must be one of json, console, not 'xml'."),
        ("MOST_BOOKS", "11", "LENDING_MOST_BOOKS must be between 1 and 10, not 11."),
        ("FEEDS", "a:b", "LENDING_FEEDS must read service=http://…, comma separated; 'a:b' does not."),
        ("MOST_BOKS", "2", "LENDING_MOST_BOKS is unknown. Did you mean LENDING_MOST_BOOKS?"),
        (
            "SEAL_FILE",
            "/no/such/file",
            "LENDING_SEAL_FILE names a file that cannot be read: [Errno 2] No such file or directory: '/no/such/file'.",
        ),
        ("HTTP_PORT_FILE", "/etc/hostname", "LENDING_HTTP_PORT_FILE is unknown. Did you mean LENDING_HTTP_PORT?"),
    ],
)
def test_each_fault_is_a_sentence_that_names_the_variable(name, value, sentence):
    assert problems({**GOOD, f"LENDING_{name}": value}) == [sentence]


def test_all_faults_are_said_at_once():
    found = problems({"LENDING_HTTP_PORT": "x", "LENDING_COLOUR": "red"})
    assert len(found) == 3
    assert any(sentence.startswith("LENDING_DATABASE_URL is missing. ") for sentence in found)


def test_a_secret_may_come_from_a_file_but_not_twice(tmp_path):
    file = tmp_path / "seal"
    file.write_text("hush\n")
    assert load(LendingConfig, {**GOOD, "LENDING_SEAL_FILE": str(file)}).seal == "hush"
    both = {**GOOD, "LENDING_SEAL_FILE": str(file), "LENDING_SEAL": "hush"}
    assert problems(both) == ["LENDING_SEAL and LENDING_SEAL_FILE are both set; keep one of them."]


def test_a_required_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "url"
    file.write_text("sqlite://")
    assert load(LendingConfig, {"LENDING_DATABASE_URL_FILE": str(file)}).database_url == "sqlite://"


def test_secrets_are_never_shown():
    config = load(LendingConfig, {**GOOD, "LENDING_SEAL": "hush"})
    assert "hush" not in repr(config)
    assert "secret-place" not in repr(config)
    assert shown(config)["LENDING_SEAL"] == "***"
    assert shown(config)["LENDING_HTTP_PORT"] == "8000"


def test_every_variable_says_what_it_is_for():
    assert all(variable.help for variable in variables(LendingConfig))
