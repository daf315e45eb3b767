"""`python -m tests.faults --count N --seed S`: the faults, what they were done to, and what the checks say."""

import argparse
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.faults.run import Result, Run, new_folder
from tests.support.servers import NotInstalledError

_SHORT_ABSENCE_S = 4.0
_ABSENCE_S = 60.0
_LONG = 100


def main() -> int:
    wish = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that everything started is ended
    folder = new_folder()
    absence_s = _ABSENCE_S if wish.count >= _LONG else _SHORT_ABSENCE_S
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {line}", flush=True)

    try:
        result = Run(wish.count, wish.seed, folder, say, absence_s=absence_s).go()
    except NotInstalledError as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; everything started is ended", file=sys.stderr)
        return 130
    print("\n".join(_table(result)))
    if wish.report:
        wish.report.write_text(result.as_json(), encoding="utf-8")
    if result.is_good:
        shutil.rmtree(folder)
        return 0
    print("\n".join(_to_repeat(result, wish.count, folder)))
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make faults", description="Break things under load, then check from outside."
    )
    parser.add_argument("--count", type=int, default=40, help="how many faults (N)")
    parser.add_argument("--seed", type=int, default=1, help="from which they are drawn (SEED)")
    parser.add_argument("--report", type=Path, help="a file for everything that was found, as JSON")
    return parser.parse_args()


def _table(result: Result) -> Iterator[str]:
    yield f"\n{len(result.faults)} faults, seed {result.seed}"
    counts = Counter((fault.action, _kind(fault.target)) for fault in result.faults)
    for (action, target), count in sorted(counts.items(), key=lambda item: (item[0][1], item[0][0])):
        yield f"  {target:12} {action:28} {count:5d}"
    yield from (f"  left out: {why}" for why in result.left_out)
    yield "seconds:      " + ", ".join(f"{value:.1f} {name}" for name, value in result.seconds.items())
    yield "ready again:  " + ", ".join(
        f"{name} {median(took):.1f} s (longest {max(took):.1f}, {len(took)} times)"
        for name, took in sorted(result.ready_again_s.items())
    )
    yield "acknowledged: " + ", ".join(f"{count} {name}" for name, count in result.acknowledged.items())
    yield "events:       " + ", ".join(f"{count} {name}" for name, count in result.events.items())
    yield "exit codes:   " + ", ".join(f"{code} {count} times" for code, count in sorted(result.endings.items()))
    yield f"rebuilt:      {result.rebuilt} read models under fire"
    for name, said in result.found.items():
        yield f"  {'FAILED' if said else 'ok    '}  {name}"
        yield from (f"            {sentence}" for sentence in said)
    if result.doctored:
        blind = [name for name, said in result.doctored.items() if not said]
        yield f"  {len(result.doctored) - len(blind)} of {len(result.doctored)} checks saw the row that was changed for them"
        yield from (f"  BLIND   {name}" for name in blind)
    yield from (f"  NOT DONE  {what}" for what in result.not_done)


def _kind(target: str) -> str:
    if target.endswith(" relay"):
        return "relay"
    return target.partition(".")[0] if target[-1].isdigit() else "queue" if "." in target else target


def _to_repeat(result: Result, count: int, folder: Path) -> Iterator[str]:
    yield f"\nAgain: make faults N={count} SEED={result.seed}; the logs of the processes are in {folder}"
    yield from map(str, result.faults)


if __name__ == "__main__":
    raise SystemExit(main())
