"""The source of the repository as the architecture tests read it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("trips", "approval", "payroll", "routing")
PACKAGES = {"chassis": ROOT / "chassis" / "chassis"} | {name: ROOT / "services" / name / name for name in SERVICES}


def modules(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def source() -> list[Path]:
    """Everything that runs for a user: no tests, no migrations."""
    return [path for folder in [*PACKAGES.values(), ROOT / "deploy"] for path in modules(folder)]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The full names of the modules a file imports."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
    return found


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
