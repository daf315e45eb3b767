import stat

import pytest

from chassis.clock import utc_now
from chassis.config import ConfigError, load
from chassis.keys import open_vault
from payroll.bootstrap import NAME
from payroll.config import PayrollConfig
from payroll.keys import read_pepper

SQLITE = "sqlite:////nowhere/payroll.db"
POSTGRESQL = "postgresql+psycopg2://somebody@somewhere/payroll"


def config(tmp_path, **given):
    environment = {"PAYROLL_DATABASE_URL": SQLITE, "PAYROLL_DATA_DIR": str(tmp_path)}
    return load(PayrollConfig, environment | {f"PAYROLL_{name}": value for name, value in given.items()})


def test_one_process_makes_its_keys_once_and_lets_nobody_else_read_them(tmp_path):
    first = read_pepper(config(tmp_path), NAME)
    assert read_pepper(config(tmp_path), NAME) == first
    made = open_vault(config(tmp_path), NAME, utc_now).key_for("anne")
    assert open_vault(config(tmp_path), NAME, utc_now).key_for("anne").raw == made.raw
    kept = {name: (tmp_path / name) for name in ("payroll-master.key", "payroll-pepper.key")}
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.values()} == {0o600}
    assert len({path.read_text() for path in kept.values()}) == 2


def test_several_processes_must_be_given_their_keys(tmp_path):
    with pytest.raises(ConfigError) as refused:
        read_pepper(config(tmp_path, DATABASE_URL=POSTGRESQL), NAME)
    assert len(refused.value.problems) == 3
    given = {
        "DATABASE_URL": POSTGRESQL,
        "KEYS_DATABASE_URL": POSTGRESQL,
        "MASTER_KEY": "ab" * 32,
        "CPR_PEPPER": "cd" * 32,
    }
    assert read_pepper(config(tmp_path, **given), NAME) == b"\xcd" * 32
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["ab" * 31, "ab" * 33, "xy" * 32])
def test_a_key_of_another_length_or_kind_is_refused(tmp_path, key):
    with pytest.raises(ConfigError):
        open_vault(config(tmp_path, MASTER_KEY=key), NAME, utc_now)


@pytest.mark.parametrize(
    "given",
    [
        {"MUNICIPALITY_NUMBER": "10000"},
        {"MAX_LEAVERS_PERCENT": "101"},
        {"FILE_ENCODING": "utf-16"},
        {"ADMINISTRATIVE_ACCOUNT": "123"},
        {"PAY_CODE_BICYCLE": "12"},
    ],
)
def test_a_setting_the_file_has_no_room_for_is_refused_at_the_start(tmp_path, given):
    with pytest.raises(ConfigError):
        config(tmp_path, **given)


@pytest.mark.parametrize(
    "given",
    [{"ADMINISTRATIVE_PREFIX": "12"}, {"FILE_HEADER": "Œuvre", "FILE_ENCODING": "iso-8859-1"}],
)
def test_settings_that_do_not_go_together_are_refused_at_the_start(tmp_path, given):
    with pytest.raises(ConfigError):
        config(tmp_path, **given)
