"""Reads a configuration class from the environment and says everything that is wrong with it at once."""

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import attrs
import environ

from chassis.config.common import CommonConfig
from chassis.config.kinds import Secret


class ConfigError(Exception):
    """The configuration cannot be used; `problems` has one sentence for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Variable:
    name: str
    attribute: str
    secret: bool
    required: bool
    default: str
    help: str


def variables(config_cls: type[CommonConfig]) -> list[Variable]:
    """Every variable of the class in order of declaration, with its full name."""
    documented = config_cls.generate_help(formatter=list)  # type: ignore[attr-defined]
    return [
        Variable(
            name=entry["var_name"],
            attribute=attribute.name,
            secret=attribute.converter is Secret,
            required=entry["required"],
            default=str(entry.get("default", "")),
            help=entry.get("help_str", ""),
        )
        for attribute, entry in zip(_attributes(config_cls), documented, strict=True)
    ]


def _attributes(config_cls: type[CommonConfig]) -> Sequence[Any]:
    fields: Sequence[Any] = attrs.fields(cast("type[attrs.AttrsInstance]", config_cls))
    return fields


def load[C: CommonConfig](config_cls: type[C], environment: Mapping[str, str] | None = None) -> C:
    """:raises ConfigError: with one sentence per unknown, missing or unusable variable."""
    environment = os.environ if environment is None else environment
    declared = variables(config_cls)
    prefix = config_cls._prefix + "_"  # type: ignore[attr-defined] # noqa: SLF001 - environ-config has no other way
    given = {name: value for name, value in environment.items() if name.startswith(prefix)}
    problems = _read_secret_files(declared, given)
    problems += _unknown(declared, given, prefix)
    problems += [f"{v.name} is missing. {v.help}" for v in declared if v.required and v.name not in given]
    problems += _unusable(config_cls, declared, given)
    if problems:
        raise ConfigError(problems)
    return environ.to_config(config_cls, given)


def _read_secret_files(declared: list[Variable], given: dict[str, str]) -> list[str]:
    problems = []
    for variable in declared:
        file_name = given.pop(f"{variable.name}_FILE", None) if variable.secret else None
        if file_name is None:
            continue
        if variable.name in given:
            problems.append(f"{variable.name} and {variable.name}_FILE are both set; keep one of them.")
        try:
            given[variable.name] = Secret(Path(file_name).read_text(encoding="utf-8").strip(), file_name)
        except (OSError, UnicodeDecodeError) as error:
            given[variable.name] = ""
            problems.append(f"{variable.name}_FILE names a file that cannot be read: {error}.")
    return problems


def _unknown(declared: list[Variable], given: Mapping[str, str], prefix: str) -> list[str]:
    names = [v.name for v in declared] + [f"{v.name}_FILE" for v in declared if v.secret]
    bare = [name.removeprefix(prefix) for name in names]
    problems = []
    for name in sorted(set(given) - set(names)):
        close = difflib.get_close_matches(name.removeprefix(prefix), bare, n=1)
        problems.append(f"{name} is unknown." + (f" Did you mean {prefix}{close[0]}?" if close else ""))
    return problems


def _unusable(config_cls: type[CommonConfig], declared: list[Variable], given: Mapping[str, str]) -> list[str]:
    problems = []
    for variable, attribute in zip(declared, _attributes(config_cls), strict=True):
        if variable.name not in given or attribute.converter is None:
            continue
        try:
            attribute.converter(given[variable.name])
        except ValueError as error:
            problems.append(f"{variable.name} {error}.")
    return problems


def shown(config: CommonConfig) -> dict[str, str]:
    """What is in force, with every secret as stars."""
    values = {}
    for variable in variables(type(config)):
        value = getattr(config, variable.attribute)
        values[variable.name] = "***" if variable.secret and value else str(value)
    return values
