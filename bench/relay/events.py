"""The events as those send them who have no feed: in memory, of the same size."""

from __future__ import annotations

import json
from typing import Any

from bench.append.inserts import feed_body
from bench.sample import TYPE
from chassis.store.chain import GENESIS
from chassis.store.feed import wire


def wires(count: int) -> list[bytes]:
    """``count`` messages as they stand on the wire; all of them one trip's, since nobody reads them."""
    return [wire(feed_body(0), GENESIS, GENESIS)] * count


def events(count: int) -> list[tuple[str, dict[str, Any]]]:
    """Type and content of ``count`` events, with what else would stand on the wire."""
    return [(TYPE, json.loads(wire(feed_body(0), GENESIS, GENESIS)))] * count
