"""The checks by name, in the order they are told; each gives a sentence for every difference it finds."""

from collections.abc import Callable, Iterator
from functools import partial

from tests.faults.checks import broker, core, folds, money
from tests.faults.checks.books import Books
from tests.faults.ledger import Ledger

Check = Callable[[], Iterator[str]]


def checks(books: Books, ledger: Ledger, broker_url: str) -> dict[str, Check]:
    of_books = (
        core.logs_are_dense,
        core.logs_are_chained,
        core.streams_are_dense,
        core.feeds_are_dense,
        core.feeds_are_chained,
        core.heads_agree,
        core.feeds_have_what_the_logs_publish,
        core.inboxes_have_followed,
        core.relays_have_published,
        core.nothing_is_held,
        core.commands_are_of_the_log,
        money.reported_trips_are_published_once,
        money.events_have_one_effect,
        money.each_approved_trip_is_settled_once,
        money.sums_settled_are_sums_approved,
    )
    with_ledger = (
        money.acknowledged_trips_are_there_once,
        money.acknowledged_decisions_are_there_once,
        money.acknowledged_closings_are_there_once,
        money.organisation_is_the_last_import,
        nothing_was_refused,
    )
    return {
        **{_name(check): partial(check, books) for check in of_books},
        **{_name(check): partial(check, books, ledger) for check in with_ledger},
        **{
            f"{service}'s {table} is the fold": partial(folds.difference, books, service, table, key)
            for service, table, key in folds.FOLDS
        },
        "queues are empty": partial(broker.queues_are_empty, broker_url),
        "nothing was given up unread": partial(broker.nothing_was_given_up_unread, broker_url, books),
    }


def nothing_was_refused(_books: Books, ledger: Ledger) -> Iterator[str]:
    """Every request was one that a healthy system says yes to; a fault may delay the yes, never make it a no."""
    yield from ledger.refusals[:5]


def _name(check: Callable[..., Iterator[str]]) -> str:
    return check.__name__.replace("_", " ")
