"""`make bench`: every benchmark, one table; and `compare`, which puts two runs side by side."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from bench.machine import describe
from bench.report import show, show_comparison
from bench.results import Result, load, save
from bench.row import Row
from bench.setting import Bench, Setting

MODULES = ("bench.append", "bench.relay", "bench.subscribe", "bench.rebuild", "bench.line", "bench.growth")
_KEPT = Path("var/bench")


def main() -> None:
    """See the options."""
    options = _options()
    if options.what == "compare":
        show_comparison(*(load(Path(path)) for path in options.files))
        return
    with Setting(options.size, options.rounds) as setting:
        machine = describe(setting)
        if machine.is_busy:
            setting.say(f"WARNING: the machine is not idle (load {machine.load:.2f})")
        rows: list[Row] = []
        for row in _rows(setting, options.only):
            rows.append(row)
            result = Result(machine.as_json(), options.size, rows)
            save(result, options.keep)  # after each row: a run that is broken off is not lost
    show(result, machine.lines())
    print(f"kept in {options.keep}")


def _rows(setting: Setting, only: Sequence[str]) -> Iterator[Row]:
    for bench in benches():
        if not only or bench.name in only:
            yield from bench.rows(setting)


def benches() -> list[Bench]:
    """Every benchmark, in the order of the table."""
    return [bench for module in MODULES for bench in getattr(import_module(module), "BENCHES", ())]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.set_defaults(what="run", size="default")
    sizes = parser.add_mutually_exclusive_group()
    for size, text in (("quick", "small sizes, one round: to see that it works"), ("full", "the full sizes, 5 rounds")):
        sizes.add_argument(f"--{size}", dest="size", action="store_const", const=size, help=text)
    names = [bench.name for bench in benches()]
    parser.add_argument("--only", action="append", default=[], choices=names, help="this benchmark; may be repeated")
    parser.add_argument("--rounds", type=int, help="how often each side has its turn")
    parser.add_argument("--keep", type=Path, default=_KEPT / "latest.json", help="the file to keep the results in")
    compare = parser.add_subparsers().add_parser("compare", help="two kept runs, side by side")
    compare.add_argument("files", nargs=2, metavar="FILE")
    compare.set_defaults(what="compare")
    return parser.parse_args()


if __name__ == "__main__":
    main()
