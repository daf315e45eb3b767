"""What every part must have, and how large it may grow."""

import ast
import re

import pytest

from tests.architecture.source import ROOT, SERVICES, parsed, shown, source

MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 40


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_complete_and_can_be_carried_away(service):
    needed = [
        "README.md",
        "pyproject.toml",
        "requirements.txt",
        "Dockerfile",
        "CHANGELOG.md",
        "contract/openapi.json",
        "contract/asyncapi.yaml",
        "migrations/env.py",
        f"{service}/service.py",
        f"{service}/bootstrap.py",
        f"{service}/published.py",
        f"{service}/cli.py",
    ]
    folder = ROOT / "services" / service
    assert [name for name in needed if not (folder / name).is_file()] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_dockerfile_names_no_other_service(service):
    text = (ROOT / "services" / service / "Dockerfile").read_text()
    assert [other for other in SERVICES if other != service and other in text] == []


def test_a_file_that_is_too_long_wants_to_be_two():
    lengths = {shown(path): path.read_text(encoding="utf-8").count("\n") for path in source()}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_a_function_that_is_too_long_wants_to_be_two():
    long = {
        f"{shown(path)} {node.name}": node.end_lineno - node.lineno + 1
        for path in source()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_a_lock_file_names_versions_and_hashes_and_no_address():
    locks = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("services/*/requirements.txt")]
    assert len(locks) == 4 + len(SERVICES)
    allowed = re.compile(r"[\w.-]+==[\w.]+( ; [^:/@]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    odd = [
        f"{shown(lock)}: {row}" for lock in locks for row in lock.read_text().splitlines() if not allowed.fullmatch(row)
    ]
    assert odd == []


def test_what_a_service_is_locked_to_is_what_all_are_locked_to():
    """One version of a library in the whole repository: what is tested together runs together."""
    everything = _versions(ROOT / "requirements" / "runtime.txt")
    for lock in [*ROOT.glob("services/*/requirements.txt"), ROOT / "requirements" / "build.txt"]:
        assert _versions(lock) <= everything, shown(lock)


def _versions(lock):
    rows = (row.split(" ;")[0].rstrip(" \\") for row in lock.read_text().splitlines())
    return {row for row in rows if "==" in row}
