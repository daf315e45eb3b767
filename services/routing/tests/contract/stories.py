"""The answers routing stores: the golden files are those of the contract's examples."""

from collections.abc import Iterator

FORGOTTEN = "p-1017"


def stored_events(world) -> Iterator[tuple[str, object]]:
    """Each answer under the name of its question, which is its request id; and who was forgotten."""
    for recorded in world.app.store.read_log(0, 1_000).events:
        yield getattr(recorded.event, "request_id", FORGOTTEN), recorded.event
