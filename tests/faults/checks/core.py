"""The core's own promises: dense, chained, followed to the end, published to the end, nothing held."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import sha256

from tests.faults.checks.books import LISTENS_TO, SERVICES, Books

FIRST_HASH = bytes(32)
PUBLISHED = {
    "trips": {"trip-submitted": "trip-submitted", "route-requested": "route-requested"},
    "approval": {"trip-approved": "trip-approved", "trip-rejected": "trip-rejected"},
    "payroll": {
        "org-unit-changed": "org-unit-changed",
        "person-joined": "employee-changed",
        "person-changed": "employee-changed",
        "home-address-changed": "home-address-changed",
        "rate-set": "rate-set",
        "trip-settled": "trip-settled",
        "period-closed": "period-closed",
    },
    "routing": {"route-measured": "route-measured", "route-failed": "route-failed"},
}


def logs_are_dense(books: Books) -> Iterator[str]:
    for service in SERVICES:
        positions = [row["position"] for row in books.log(service)]
        if positions != list(range(1, len(positions) + 1)):
            yield f"{service}: the log is not dense up to {len(positions)}"


def logs_are_chained(books: Books) -> Iterator[str]:
    for service in SERVICES:
        current = FIRST_HASH
        for row in books.log(service):
            names = ("position", "event_id", "stream", "version", "type", "schema_version", "recorded_at", "meta")
            text = "\n".join(str(row[name]) for name in (*names, "data"))
            current = sha256(current + text.encode()).digest()
            if bytes(row["hash"]) != current:
                yield f"{service}: the log's chain breaks at {row['position']}"
                break


def streams_are_dense(books: Books) -> Iterator[str]:
    for service in SERVICES:
        versions = defaultdict(list)
        for row in books.log(service):
            versions[row["stream"]].append(row["version"])
        broken = [name for name, found in versions.items() if found != list(range(1, len(found) + 1))]
        yield from (f"{service}: the versions of {name} are {versions[name]}" for name in broken[:3])


def feeds_are_dense(books: Books) -> Iterator[str]:
    for service in SERVICES:
        sequences = [row["sequence"] for row in books.feed(service)]
        if sequences != list(range(1, len(sequences) + 1)):
            yield f"{service}: the feed is not dense up to {len(sequences)}"
        told = [int(row["event"].get("sequence", 0)) for row in books.feed(service)]
        if told != sequences:
            yield f"{service}: an event of the feed names another sequence than its row"


def feeds_are_chained(books: Books) -> Iterator[str]:
    for service in SERVICES:
        current = FIRST_HASH
        for row in books.feed(service):
            before, current = current, sha256(current + row["body"].encode()).digest()
            if (bytes(row["prevhash"]), bytes(row["hash"])) != (before, current):
                yield f"{service}: the feed's chain breaks at {row['sequence']}"
                break


def heads_agree(books: Books) -> Iterator[str]:
    for service in SERVICES:
        head = books.table(service, "log_head")[0]
        log, feed = books.log(service), books.feed(service)
        last = (log[-1]["position"], bytes(log[-1]["hash"])) if log else (0, FIRST_HASH)
        if (head["position"], bytes(head["event_hash"])) != last:
            yield f"{service}: the head says {head['position']}, the log ends at {last[0]}"
        last = (feed[-1]["sequence"], bytes(feed[-1]["hash"])) if feed else (0, FIRST_HASH)
        if (head["sequence"], bytes(head["feed_hash"])) != last:
            yield f"{service}: the head says {head['sequence']}, the feed ends at {last[0]}"
        if {row["event"].get("logid") for row in feed} - {head["logid"]}:
            yield f"{service}: the feed has events of another log"


def feeds_have_what_the_logs_publish(books: Books) -> Iterator[str]:
    """Event by event of what is published, and nothing more."""
    for service in SERVICES:
        expected = Counter(PUBLISHED[service][row["type"]] for row in books.of_log(service, *PUBLISHED[service]))
        found = Counter(row["type"] for row in books.of_feed(service, *PUBLISHED[service].values()))
        if expected != found:
            yield f"{service}: the feed lacks {expected - found} and has {found - expected} too many"


def inboxes_have_followed(books: Books) -> Iterator[str]:
    for service, sources in LISTENS_TO.items():
        inboxes = {row["source"]: row for row in books.table(service, "inbox")}
        for source in sources:
            feed = books.feed(source)
            found = inboxes.get(source)
            if found is None:
                yield f"{service} has never followed {source}"
                continue
            logid = books.table(source, "log_head")[0]["logid"]
            expected = (feed[-1]["sequence"], bytes(feed[-1]["hash"]).hex(), logid) if feed else (0, None, logid)
            if (found["position"], found["last_hash"], found["logid"]) != expected:
                yield f"{service} has followed {source} to {found['position']}, its feed ends at {expected[0]}"
            if found["status"] != "following":
                yield f"{service}: the inbox of {source} is {found['status']}: {found['failure']}"


def relays_have_published(books: Books) -> Iterator[str]:
    for service in SERVICES:
        head = books.table(service, "log_head")[0]["sequence"]
        published = sum(row["published_sequence"] for row in books.table(service, "relay_state"))
        if published != head:
            yield f"{service}: the relay has published {published} of {head}"


def nothing_is_held(books: Books) -> Iterator[str]:
    """No fault here makes an event unreadable, so none explains a letter, decided or not, or a held stream."""
    for service in SERVICES:
        for row in books.table(service, "dead_letters"):
            why = (row["error_type"], row["error_message"])
            yield f"{service}: a dead letter, {row['type']} {row['position']} of {row['source']}: {why}"
        for row in books.table(service, "held_streams"):
            yield f"{service}: {row['source']} {row['subject']} is held"


def commands_are_of_the_log(books: Books) -> Iterator[str]:
    """A command that is remembered names a place that the log and the feed have."""
    for service in SERVICES:
        head = books.table(service, "log_head")[0]
        for row in books.table(service, "commands"):
            if row["position"] > head["position"] or row["sequence"] > head["sequence"]:
                yield f"{service}: command {row['command_id']} is remembered at {row['position']}, past the log's end"
