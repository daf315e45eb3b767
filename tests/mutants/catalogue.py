"""Each mutant: one sentence of the promise broken on purpose, in one place, and the smallest tests that must notice.

A mutant is text to be found once in a file and what stands there instead. Nothing of the working tree is changed by
running one: the changed module exists only in the process of its tests.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUS = "chassis/tests/bus"
STORE = "chassis/tests/store/test_contract.py"
POISON = "chassis/tests/bus/test_poison.py"
RESTORE = "chassis/tests/bus/test_restoring.py"
PRICING = "services/payroll/tests/unit/test_period.py"
DAY = "services/trips/tests/unit/test_driving_day.py"
DAY_STORED = "services/trips/tests/integration/test_driving_day.py"
PERIODS = "services/payroll/tests/integration/test_periods.py"


@dataclass(frozen=True)
class Mutant:
    """`tests` are `file::test` names, with `[parameter]` where one case is enough."""

    name: str
    breaks: str
    module: str
    found: str
    instead: str
    tests: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The file of the module, in the folder of its distribution."""
        package = self.module.partition(".")[0]
        folder = ROOT / ("chassis" if package == "chassis" else f"services/{package}")
        return folder / (self.module.replace(".", "/") + ".py")

    def applied(self, source: str) -> str:
        """The changed source.

        :raises LookupError: when what it changes is not there, or not once
        """
        if source.count(self.found) != 1:
            message = f"{self.name}: {self.module} has {source.count(self.found)} times: {self.found.strip()}"
            raise LookupError(message)
        return source.replace(self.found, self.instead)


RELAY = (
    Mutant(
        "no-confirm",
        "the relay goes on without the broker's word that it has an event",
        "chassis.bus.publisher",
        "        self._wait_for_confirms()\n        self._metrics",
        "        self._metrics",
        (f"{BUS}/test_relay.py::test_a_broker_that_takes_but_does_not_confirm_is_given_up",),
    ),
    Mutant(
        "checkpoint-before-publish",
        "the relay notes events as published before it publishes them",
        "chassis.bus.relay",
        "        publisher.publish(page.entries)\n",
        "        self._leader.move(published, page.entries[-1].sequence)\n"
        "        published = page.entries[-1].sequence\n"
        "        publisher.publish(page.entries)\n",
        (f"{BUS}/test_relay.py::test_an_event_that_a_queue_refuses_is_not_counted_as_published",),
    ),
    Mutant(
        "returned-is-published",
        "an event that reached no queue counts as published",
        "chassis.bus.publisher",
        'self._doubt = f"the broker returned {routing_key}: {error}"',
        "pass",
        (f"{BUS}/test_relay.py::test_an_event_that_reaches_no_queue_is_not_counted_as_published",),
    ),
    Mutant(
        "two-relays",
        "leadership is ignored: two relays of one service publish at once (PostgreSQL)",
        "chassis.bus.leader",
        "            if not got:",
        "            if False:",
        (f"{BUS}/test_relay.py::test_there_is_one_leader_at_a_time[postgresql]",),
    ),
    Mutant(
        "two-relays-sqlite",
        "leadership is ignored: two relays of one service publish at once (SQLite)",
        "chassis.bus.leader",
        "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "pass",
        (f"{BUS}/test_relay.py::test_there_is_one_leader_at_a_time[sqlite]",),
    ),
)

INBOX = (
    Mutant(
        "no-dedupe",
        "an event that arrives twice counts twice",
        "chassis.bus.inbox",
        "            duplicates += 1\n",
        "            fresh.append(envelope)\n",
        (f"{BUS}/test_following.py::test_what_arrives_twice_counts_once[sqlite]",),
    ),
    Mutant(
        "no-gap-check",
        "whatever the broker brings is taken for the next event",
        "chassis.bus.inbox",
        "elif doubtful or envelope.sequence != position + 1 or envelope.prevhash != last_hash:",
        "elif False:",
        (f"{BUS}/test_following.py::test_a_gap_is_filled_from_the_feed[sqlite]",),
    ),
    Mutant(
        "no-poll",
        "the feed is not asked while the broker is there: a lost tail is never found",
        "chassis.bus.follower",
        "        if self._poll_is_due():",
        "        if False:",
        (f"{BUS}/test_following.py::test_a_lost_tail_is_found_by_asking_the_feed[sqlite]",),
    ),
    Mutant(
        "checkpoint-before-apply",
        "the inbox moves in a transaction before that of what the events cause",
        "chassis.bus.taking",
        "        def work(uow: UnitOfWork) -> None:\n            self._lock(uow, cursor)\n            if held_subjects(",
        "        def first(uow: UnitOfWork) -> None:\n            self._lock(uow, cursor)\n"
        "            inbox.move(uow.conn, self.handling.source, cursor.logid, fresh[-1], uow.now)\n\n"
        "        self.handling.app.store.execute(self.handling.context, first)\n\n"
        "        def work(uow: UnitOfWork) -> None:\n            if held_subjects(",
        (f"{BUS}/test_poison.py::test_a_transient_error_keeps_the_place_and_everything_is_undone[sqlite]",),
    ),
    Mutant(
        "ack-before-apply",
        "messages are acknowledged before they are taken in",
        "chassis.bus.follower",
        '            failpoints.reach("subscription.after_receive")\n',
        '            failpoints.reach("subscription.after_receive")\n            intake.ack(self._pending[-1].tag)\n',
        (f"{BUS}/test_poison.py::test_a_message_is_not_acknowledged_before_it_is_taken_in[sqlite]",),
    ),
    Mutant(
        "requeue-on-error",
        "an event that cannot be handled now is given back at once, without a wait, and the next is taken",
        "chassis.bus.follower",
        "        except Exception as error:  # noqa: BLE001 its type decides, and none ends the loop\n"
        "            self._back_off(error)\n",
        "        except Exception:\n            self._pending = []\n",
        (f"{BUS}/test_following.py::test_nothing_is_taken_in_past_a_gap_while_the_feed_is_away[sqlite]",),
    ),
    Mutant(
        "held-stream-skipped",
        "later events of a held subject are handled as if nothing waited before them",
        "chassis.bus.taking",
        "            if envelope.subject in held:",
        "            if False:",
        (f"{BUS}/test_poison.py::test_events_of_a_held_subject_queue_behind_it_even_when_they_would_succeed[sqlite]",),
    ),
    Mutant(
        "hash-not-checked",
        "an event whose bytes were changed is believed",
        "chassis.bus.envelope",
        "if sha256(bytes.fromhex(prevhash) + body).hexdigest() != hash_:",
        "if False:",
        (f"{BUS}/test_following.py::test_a_message_changed_on_the_way_is_taken_from_the_feed_instead[sqlite]",),
    ),
    Mutant(
        "chain-not-checked",
        "another history is followed when its numbers fit",
        "chassis.bus.inbox",
        "        if envelope.sequence != position + 1 or envelope.prevhash != last_hash:",
        "        if envelope.sequence != position + 1:",
        (f"{BUS}/test_following.py::test_another_history_that_is_longer_stops_its_readers[sqlite]",),
    ),
)

STORES = (
    Mutant(
        "version-not-checked",
        "what was decided on an older state of a stream is appended all the same",
        "chassis.store.unit_of_work",
        "enumerate(events, expected_version + 1)",
        "enumerate(events, len(self.history(stream)) + 1)",
        (f"{STORE}::test_a_stream_that_changed_since_it_was_loaded_is_a_conflict_and_nothing_is_stored[sqlite]",),
    ),
    Mutant(
        "command-id-ignored",
        "a command that is repeated is carried out again",
        "chassis.store.event_store",
        "        command_id = _command_key(context)\n",
        "        command_id = None\n",
        (f"{STORE}::test_a_repeated_command_gives_the_first_outcome_and_is_not_run[sqlite]",),
    ),
    Mutant(
        "feed-apart-from-log",
        "the published event is not written in the transaction of the event it tells of",
        "chassis.store.event_store",
        "            outcome = self._finish(uow, command_id, value)\n",
        "            bodies = [body for event in uow._pending for body in uow._bodies(event)]\n"
        "            uow._bodies = lambda _: []\n"
        "            outcome = self._finish(uow, command_id, value)\n"
        "        from chassis.clock import iso_utc\n"
        "        from chassis.store.append import Batch, write\n"
        "        with writing(self.engine) as conn:\n"
        "            write(conn, Batch(setting.logid, iso_utc(uow.now), [], bodies, None, '', ''))\n",
        (f"{STORE}::test_an_event_that_cannot_be_published_is_not_stored_either[sqlite]",),
    ),
    Mutant(
        "restored-log-keeps-its-id",
        "a restored log goes on under the id of the history it lost",
        "chassis.store.restoring",
        "        conn.execute(update(t.log_head).values(logid=done.logid))\n",
        "",
        (f"{BUS}/test_restoring.py::test_a_restored_log_goes_on_under_a_new_id_and_keeps_its_rows",),
    ),
    Mutant(
        "restore-not-noticed",
        "a source that goes on under another id is followed as if nothing had happened",
        "chassis.bus.inbox",
        "    if cursor.logid is not None and page.logid != cursor.logid:",
        "    if False:",
        (f"{RESTORE}::test_every_reader_stops_when_the_source_is_restored_even_one_that_lost_nothing[sqlite]",),
    ),
    Mutant(
        "lost-events-stay-projected",
        "after a resynchronisation the read models still hold what the source has lost",
        "chassis.bus.resynchronising",
        "        _fold_anew(conn, handling, found, progress)\n",
        "",
        (f"{BUS}/test_restoring.py::test_a_resynchronised_reader_goes_on_from_the_last_common_event[sqlite]",),
    ),
)

MONEY = (
    Mutant(
        "paid-is-payable",
        "a trip that is paid can be paid again in the next period",
        "payroll.projections.payable_trips",
        "        .where(settlements.c.trip_id.is_(None), approved",
        "        .where(approved",
        (f"{PERIODS}::test_two_periods_closed_at_once_do_not_both_pay_a_trip",),
    ),
    Mutant(
        "closed-can-be-closed",
        "closing a closed period closes it again",
        "payroll.application.periods",
        "        if loaded.state.closed is not None:",
        "        if False:",
        (f"{PERIODS}::test_closing_again_pays_nothing_and_answers_the_same",),
    ),
    Mutant(
        "any-revision-is-paid",
        "an approval of one revision pays another",
        "payroll.projections.payable_trips",
        ", submitted.c.revision == approved.c.revision)",
        ")",
        (f"{PERIODS}::test_an_approval_of_an_older_revision_pays_nothing",),
    ),
    Mutant(
        "second-payment-unseen",
        "a trip that is paid again, in another period or with other figures, is passed over in silence",
        "trips.domain.trip",
        "    if replace(settlement, settled_at=trip.settlement.settled_at) != trip.settlement:",
        "    if False:",
        ("services/trips/tests/unit/test_trip.py::test_a_second_payment_of_a_paid_trip_is_for_a_person_to_look_at",),
    ),
    Mutant(
        "oere-cut-off",
        "amounts are cut instead of rounded",
        "payroll.domain.pricing",
        " + METRES_PER_KM // 2)",
        ")",
        (f"{PRICING}::test_a_trip_is_priced_by_its_driving_date_and_keeps_what_the_file_needs",),
    ),
)

DRIVING = (
    Mutant(
        "commute-of-each-trip",
        "two trips from home on one day are each deducted the whole commute",
        "trips.domain.deduction.whole_day",
        "            left_m -= metres\n",
        "",
        (f"{DAY}::test_the_commute_is_never_deducted_twice_from_a_day_with_two_trips_from_home",),
    ),
    Mutant(
        "settled-is-not-used",
        "what a settled trip of the day has carried of the commute is taken again",
        "trips.domain.deduction.whole_day",
        "home_work_m * len(carriers) - settled_m)",
        "home_work_m * len(carriers))",
        (f"{DAY_STORED}::test_a_settled_trip_keeps_what_it_had_and_counts_as_used",),
    ),
    Mutant(
        "settled-is-reckoned-anew",
        "a settled trip is reckoned with the day's open ones",
        "trips.application.reckoning",
        "settled = loaded.state.status is trips.Status.SETTLED",
        "settled = False",
        (f"{DAY_STORED}::test_a_settled_trip_keeps_what_it_had_and_counts_as_used",),
    ),
    Mutant(
        "four-km-of-each-trip",
        "each trip by the four-km rule is deducted four kilometres of its own",
        "trips.domain.deduction.four_km",
        "            left_m -= share_m\n",
        "",
        (f"{DAY}::test_four_kilometres_a_day_are_deducted_at_most",),
    ),
    Mutant(
        "day-told-twice",
        "a day that is told twice counts twice among the sixty",
        "trips.domain.sixty_day",
        "        merged[day.on] = Day(",
        "        merged[day.on, len(merged)] = Day(",
        ("services/trips/tests/unit/test_sixty_day.py::test_a_day_told_twice_counts_once",),
    ),
    Mutant(
        "fifty-nine-elsewhere",
        "59 workdays elsewhere begin a new count",
        "trips.domain.sixty_day",
        "DAYS_ELSEWHERE = 60",
        "DAYS_ELSEWHERE = 59",
        (
            "services/trips/tests/unit/test_sixty_day.py::test_sixty_days_elsewhere_begin_a_new_count_and_fifty_nine_do_not",
        ),
    ),
    Mutant(
        "stale-decision-counts",
        "a decision on a revision that no longer stands decides the trip",
        "trips.domain.trip",
        "    if decision.revision < trip.revision or trip.status is Status.WITHDRAWN:",
        "    if trip.status is Status.WITHDRAWN:",
        (
            "services/trips/tests/unit/test_trip.py::test_a_decision_on_an_older_revision_is_passed_over_and_a_payment_of_it_stands",
        ),
    ),
    Mutant(
        "protected-home-is-told",
        "a protected home is published with the trip",
        "trips.domain.protected",
        "        return ()\n    at_ends",
        "        return ()\n    return ()\n    at_ends",
        ("services/trips/tests/integration/test_reporting.py::test_a_protected_home_is_named_to_nobody_else",),
    ),
)

MUTANTS = (*RELAY, *INBOX, *STORES, *MONEY, *DRIVING)
