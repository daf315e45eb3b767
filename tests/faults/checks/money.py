"""What people were told, and what is paid: everything acknowledged is there once, and everything approved is paid once."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tests.faults.checks.books import Books, Row
from tests.faults.ledger import Ledger

_FEW = 3
_SUBMITTED, _DECIDED, _SETTLED = "trip-submitted", ("trip-approved", "trip-rejected"), "trip-settled"


def acknowledged_trips_are_there_once(books: Books, ledger: Ledger) -> Iterator[str]:
    found = defaultdict(list)
    for row in books.of_log("trips", "trip-reported"):
        found[row["said"].get("trip_id")].append(row["said"])
    yield from _few(f"trip {trip} was acknowledged and is gone" for trip in ledger.told_trips - found.keys())
    yield from _few(
        f"trip {trip} is there and nobody asked for it" for trip in found.keys() - ledger.asked_trips.keys()
    )
    yield from _few(f"trip {trip} is there {len(rows)} times" for trip, rows in found.items() if len(rows) > 1)
    shown = {row["trip_id"]: row for row in books.table("trips", "trip_list_v1")}
    for trip, rows in found.items():
        asked = ledger.asked_trips.get(trip, {})
        told = {**rows[0].get("report", {}), "purpose": shown.get(trip, {}).get("purpose")}  # sealed in the log
        names = ("employment_id", "driving_date", "purpose", "rate_type", "round_trip")
        if asked and any(asked[name] != told.get(name) for name in names):
            yield f"trip {trip} is not what was reported"


def reported_trips_are_published_once(books: Books) -> Iterator[str]:
    """Each revision once: another trip of the day can change a trip, which is then published anew."""
    reported = {row["said"]["trip_id"] for row in books.of_log("trips", "trip-reported")}
    ended = Counter(row["stream"].removeprefix("trip-") for row in books.of_log("trips", "trip-not-measurable"))
    written = Counter((row["said"]["trip_id"], row["said"]["revision"]) for row in books.of_log("trips", _SUBMITTED))
    published = Counter(_revision(row["event"]) for row in books.of_feed("trips", _SUBMITTED) if row["event"])
    known = {trip for trip, _ in published}
    yield from _few(f"trip {trip} was never published" for trip in reported - known - ended.keys())
    yield from _few(
        f"revision {revision} of trip {trip} was published {published[trip, revision]} times"
        for trip, revision in written | published
        if published[trip, revision] != 1 or written[trip, revision] != 1
    )


def events_have_one_effect(books: Books) -> Iterator[str]:
    """What each event of one service must lead to in another, once."""
    pairs = (
        ("trips", "route-requested", "request_id", "routing", ("route-measured", "route-failed"), "request_id"),
        ("payroll", "trip-settled", "trip_id", "approval", ("decision-closed",), "trip_id"),
        ("payroll", "trip-settled", "trip_id", "trips", ("trip-settled",), None),
    )
    yield from _revisions_are_asked_about(books)
    yield from _decisions_reach_trips(books)
    for source, cause, name, service, effects, key in pairs:
        causes = Counter(row["event"]["data"][name] for row in books.of_feed(source, cause) if row["event"])
        rows = books.of_log(service, *effects)
        found = Counter(row["said"].get(key) if key else row["stream"].removeprefix("trip-") for row in rows)
        wrong = [one for one in causes | found if causes[one] != found[one]]
        yield from _few(
            f"{service}: {cause} of {one} ({causes[one]}) led to {found[one]} of {'/'.join(effects)}" for one in wrong
        )


def _revisions_are_asked_about(books: Books) -> Iterator[str]:
    """Each once, but for one that was published before trips had heard that an earlier one is paid."""
    paid = {row["said"].get("trip_id"): row["said"].get("revision") for row in books.of_log("payroll", _SETTLED)}
    causes = Counter(_revision(row["event"]) for row in books.of_feed("trips", _SUBMITTED) if row["event"])
    rows = books.of_log("approval", "decision-requested")
    found = Counter((row["said"].get("trip_id"), row["said"].get("revision")) for row in rows)
    yield from _few(
        f"approval: revision {revision} of trip {trip} was asked about {found[trip, revision]} times"
        for trip, revision in causes | found
        if causes[trip, revision] != found[trip, revision]
        and not (found[trip, revision] == 0 and paid.get(trip, revision) < revision)
    )


def _decisions_reach_trips(books: Books) -> Iterator[str]:
    """Once, and the same; one on a revision that is no longer the newest may come too late."""
    effects: dict[tuple[str, int], list[str]] = defaultdict(list)
    newest: dict[str, int] = {}
    for row in books.log("trips"):
        trip = row["stream"].removeprefix("trip-")
        if row["type"] == _SUBMITTED:
            newest[trip] = row["said"]["revision"]
        if row["type"] in _DECIDED:
            effects[trip, newest[trip]].append(row["type"])
    causes = defaultdict(list)
    for row in books.of_feed("approval", *_DECIDED):
        if row["event"]:
            causes[_revision(row["event"])].append(row["type"])
    yield from _few(
        f"trips: {causes[key]} of revision {key[1]} of trip {key[0]} led to {effects[key]}"
        for key in {*causes, *effects}
        if effects[key] != causes[key] and (effects[key] or newest.get(key[0]) == key[1])
    )


def acknowledged_decisions_are_there_once(books: Books, ledger: Ledger) -> Iterator[str]:
    found = defaultdict(list)
    for row in books.of_log("approval", "trip-approved", "trip-rejected"):
        key = (row["said"].get("trip_id"), row["said"].get("revision"))
        found[key].append((row["type"].removeprefix("trip-"), row["said"].get("decided_by")))
    for key, told in ledger.told_decisions.items():
        if found[key] != [(told["outcome"], told["by"])]:
            yield f"trip and revision {key}: acknowledged was {told}, the log has {found[key]}"
    for key, decisions in found.items():
        if len(decisions) > 1 or (decisions and key not in ledger.asked_decisions):
            yield f"trip and revision {key} has {len(decisions)} decisions, asked for {ledger.asked_decisions.get(key)}"


def acknowledged_closings_are_there_once(books: Books, ledger: Ledger) -> Iterator[str]:
    closed = defaultdict(list)
    for row in books.of_feed("payroll", "period-closed"):
        closed[row["subject"]].append(row["event"]["data"])
    for period, answers in ledger.closings.items():
        if len(closed[period]) != 1:
            yield f"{period} was closed {len(closed[period])} times"
            continue
        names = ("trip_count", "net_m", "amount_oere", "checksum", "closed_at")
        for answer in answers:
            if any(answer[name] != closed[period][0][name] for name in names):
                yield f"{period}: somebody was told other figures than stand"


def each_approved_trip_is_settled_once(books: Books) -> Iterator[str]:
    """As it is: the newest revision, or the one that was paid before trips had heard of it and changed it once more."""
    rows = [row["said"] for row in books.of_log("payroll", _SETTLED)]
    paid, settled = {one.get("trip_id") for one in rows}, Counter(one.get("trip_id") for one in rows)
    decided = _decided(books)
    not_approved = [one for one in rows if decided.get((one.get("trip_id"), one.get("revision"))) != "trip-approved"]
    yield from _few(f"trip {trip} was approved and is not paid" for trip in approved_trips(books) - paid)
    yield from _few(f"trip {one.get('trip_id')} is paid and was not approved" for one in not_approved)
    yield from _few(f"trip {trip} is paid {count} times" for trip, count in settled.items() if count != 1)


def approved_trips(books: Books) -> set[str]:
    """The trips whose newest revision is approved."""
    newest = {row["subject"]: row["event"]["data"]["revision"] for row in books.of_feed("trips", _SUBMITTED)}
    decided = _decided(books)
    return {trip for trip, revision in newest.items() if decided.get((trip, revision)) == "trip-approved"}


def _decided(books: Books) -> dict[tuple[str, int], str]:
    return {_revision(row["event"]): row["type"] for row in books.of_feed("approval", *_DECIDED)}


def sums_settled_are_sums_approved(books: Books) -> Iterator[str]:
    """Metres from trips, decisions from approval, rates from the rates set; only the last figure from payroll."""
    rates = [row["event"]["data"] for row in books.of_feed("payroll", "rate-set")]
    submitted = {_revision(row["event"]): row["event"]["data"] for row in books.of_feed("trips", _SUBMITTED)}
    logged = [row["said"] for row in books.of_log("payroll", _SETTLED)]
    revisions = [(one["trip_id"], one["revision"]) for one in logged]
    decided = _decided(books)
    approved = [submitted[one] for one in revisions if decided.get(one) == "trip-approved"]
    settled = [row["event"]["data"] for row in books.of_feed("payroll", "trip-settled")]
    closed = [row["event"]["data"] for row in books.of_feed("payroll", "period-closed")]
    expected = (sum(trip["net_m"] for trip in approved), sum(_price(trip, rates) for trip in approved))
    for name, paid in (("settled", settled), ("closed", closed)):
        found = tuple(sum(one[figure] for one in paid) for figure in ("net_m", "amount_oere"))
        if found != expected:
            yield f"{name}: {found[0]} m and {found[1]} øre; approved: {expected[0]} m and {expected[1]} øre"


def organisation_is_the_last_import(books: Books, ledger: Ledger) -> Iterator[str]:
    """By employee number, since ids are made here: who works where, as whom, and where they live."""
    if not ledger.snapshot:
        return
    expected = {
        job["EmployeeNumber"]: (job["OrgUnitId"], job["Position"], _street(person))
        for person in ledger.snapshot["Persons"]
        for job in person["Employments"]
    }
    found = {
        job["employee_number"]: (job["org_unit_id"], job["position"], (person["address"] or {}).get("street"))
        for person in (json.loads(row["document"]) for row in books.table("payroll", "people_v1"))
        for job in person["employments"]
    }
    for number in sorted(expected.keys() | found.keys()):
        if expected.get(number) != found.get(number):
            yield f"employment {number}: imported was {expected.get(number)}, known is {found.get(number)}"


def _revision(event: Row) -> tuple[str, int]:
    return event["data"]["trip_id"], event["data"]["revision"]


def _street(person: Row) -> str:
    return str(person["Address"]["Street"])


def _price(trip: Row, rates: list[Row]) -> int:
    day = trip["driving_date"]
    holding = [
        rate
        for rate in rates
        if rate["rate_type"] == trip["rate_type"] and rate["from"] <= day and (rate["to"] is None or rate["to"] > day)
    ]
    rate = max(holding, key=lambda one: str(one["from"]))
    return int((trip["net_m"] * rate["oere_per_km"] + 500) // 1000)


def _few(sentences: Iterable[str]) -> Iterator[str]:
    found = list(sentences)
    yield from found[:_FEW]
    if len(found) > _FEW:
        yield f"… and {len(found) - _FEW} more like it"
