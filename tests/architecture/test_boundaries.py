"""What may know what."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.source import PACKAGES, ROOT, SERVICES, imported, modules, parsed, shown

DOMAIN_WORDS = re.compile(
    r"(?<![a-z])(?:trip|approv|payroll|commut|employ|substitut|odometer|kilomet|cpr|municipal|rate_type|pay_code"
    r"|org_unit|driving_|address_id|kørsel|godkend|lønperiode)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_and_its_tests_import_no_other_service(service):
    others = set(SERVICES) - {service}
    crossing = [
        f"{shown(path)} imports {name}"
        for path in modules(ROOT / "services" / service)
        for name in imported(path)
        if name.split(".")[0] in others or (name.startswith("services.") and name.split(".")[1] in others)
    ]
    assert crossing == []


def test_the_chassis_and_its_tests_import_no_service():
    crossing = [
        f"{shown(path)} imports {name}"
        for path in modules(ROOT / "chassis")
        for name in imported(path)
        if name.split(".")[0] in {*SERVICES, "deploy"}
    ]
    assert crossing == []


def test_the_chassis_has_no_word_of_the_domain():
    """Examples in docstrings and help texts may name a service; names and values that do something may not."""
    found = [
        f"{shown(path)}:{line} {word}"
        for path in modules(PACKAGES["chassis"])
        for line, word in _words(parsed(path))
        if DOMAIN_WORDS.search(word)
    ]
    assert found == []


def _words(tree):
    """Names, attributes and strings of a module, without docstrings and the help texts of options."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    prose |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "help"}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name):
            yield line, node.id
        elif isinstance(node, ast.Attribute):
            yield line, node.attr
        elif isinstance(node, ast.arg):
            yield line, node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield line, node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield line, node.value


@pytest.mark.parametrize("package", PACKAGES)
def test_every_library_that_is_imported_is_named_in_the_metadata(package):
    """A service may lean on what the chassis names; nothing leans on what something else happens to bring."""
    named = _named(PACKAGES["chassis"].parent) | _named(PACKAGES[package].parent)
    providers = packages_distributions()
    unnamed = {
        f"{name} in {shown(path)}"
        for path in modules(PACKAGES[package])
        for name in (full.split(".")[0] for full in imported(path))
        if name not in sys.stdlib_module_names
        and name not in PACKAGES
        and not {_normal(provider) for provider in providers.get(name, [])} & named
    }
    assert unnamed == set()


def _named(folder):
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return {_normal(re.match(r"[\w.-]+", each).group()) for each in project["dependencies"]}


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()
