"""Measures in a process of its own, so that no other graph can have touched the answers.

python -m services.routing.tests.support.alone MAP_FOLDER PROFILE <pairs.json >metres.json
"""

import json
import subprocess
import sys
from pathlib import Path

from routing.domain.errors import NotMeasurable
from routing.domain.geography import Point
from routing.domain.route import RouteProvider
from routing.engine.cache import LegCache
from routing.maps.shelf import LoadedMap

type Pairs = list[tuple[Point, Point]]


def driven(provider: RouteProvider, start: Point, end: Point) -> int | str:
    try:
        return provider.leg(start, end).driven_m
    except NotMeasurable as error:
        return error.code


def driven_alone(folder: Path, profile: str, pairs: Pairs) -> list[int | str]:
    """What `driven` gives for each pair where nothing else was ever asked in the process."""
    command = [sys.executable, "-m", __name__, str(folder), profile]
    asked = json.dumps([[[one.lon_e6, one.lat_e6] for one in pair] for pair in pairs])
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    provider = LoadedMap(Path(sys.argv[1]), LegCache(0)).provider(sys.argv[2])
    pairs = [(Point(*start), Point(*end)) for start, end in json.load(sys.stdin)]
    json.dump([driven(provider, *pair) for pair in pairs], sys.stdout)


if __name__ == "__main__":
    main()
