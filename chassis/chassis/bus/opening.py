"""Opening what other services sealed: with the keys that come beside their feeds, never in them.

A broker's message brings no key. One whose key was never given is asked for at the feed, as a gap is; from then on the
person's other messages open at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from chassis.bus.envelope import Envelope
from chassis.bus.feeds import FeedReader
from chassis.store.model import FeedPage
from chassis.store.sealing import MARK, Sealer, keys_in, sealed_in
from chassis.store.vault import KeyVault, given_from

_MARK: Final = MARK.encode()


def opened(sealer: Sealer | None, envelope: Envelope) -> Envelope:
    """The envelope with the values of its sealed fields, ``ERASED`` for erased ones, and whose they are.

    ``Unavailable`` when a key was never given.
    """
    if sealer is None or _MARK not in envelope.wire:
        return envelope
    subjects = set(sealed_in(envelope.wire.decode()).values())
    data = sealer.open_published(envelope.data, envelope.id)
    return replace(envelope, data=data, subjects=tuple(sorted(subjects)))


def parser(sealer: Sealer) -> Callable[[bytes], Envelope]:
    """Reads published bytes as opened envelopes."""
    return lambda wire: opened(sealer, Envelope.parse(wire))


def until_a_key_is_missing(sealer: Sealer | None, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Those before the first with a sealed field whose key was never given."""
    sealed = [] if sealer is None else [one for one in envelopes if _MARK in one.wire]
    if sealer is None or not sealed:
        return list(envelopes)
    keys = {one.sequence: sealed_in(one.wire.decode()) for one in sealed}
    missing = sealer.vault.at_hand(key_id for found in keys.values() for key_id in found)
    first = next((one for one in sealed if missing & keys[one.sequence].keys()), None)
    return [one for one in envelopes if first is None or one.sequence < first.sequence]


class KeepingFeed:
    """A feed whose keys are kept before anybody sees its events."""

    def __init__(self, feed: FeedReader, vault: KeyVault) -> None:
        self._feed = feed
        self._vault = vault

    def read(self, after: int, limit: int, wait_s: float = 0) -> FeedPage:
        """See :class:`FeedReader`."""
        page = self._feed.read(after, limit, wait_s)
        if page.keys:
            subjects = keys_in(entry.wire.decode() for entry in page.entries if _MARK in entry.wire)
            self._vault.keep(given_from(page.keys, subjects))
        return page
