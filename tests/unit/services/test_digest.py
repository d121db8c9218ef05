from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.deliveries import Message
from bot.domain.errors import Unavailable
from bot.domain.events import AuditEvent
from bot.domain.query import Filters
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.subscriptions import ALERT_FILTERS, Mode, Standing
from bot.ports import Agenda, Waiting
from bot.services.context import Context
from bot.services.digest import Bounds, Digester
from tests.simulation.composer import ListingComposer

from .bench import Bench
from .fakes import ACME, NOON, event

LAB = Scope(ScopeKind.SPACE, "lab")
MINUTE = timedelta(minutes=1)


def after_noon(minutes: float, message: str = "owner added", scope: Scope = ACME) -> AuditEvent:
    return event(NOON + timedelta(minutes=minutes), message, scope=scope)


async def test_a_digest_tells_once_what_became_known_since_the_last() -> None:
    bench = Bench([after_noon(-5, "before")])
    await bench.subscribe()
    await bench.collect()
    bench.events += [after_noon(1, "one"), after_noon(2, "two")]
    await bench.round()
    assert bench.shown() == ["one", "two"]
    bench.events.append(after_noon(16, "three"))
    await bench.round()
    await bench.round()
    assert bench.shown() == ["one", "two", "three"]


async def test_nothing_is_posted_where_nothing_happened() -> None:
    bench = Bench()
    await bench.subscribe()
    await bench.round()
    assert bench.shown() == []
    assert (await bench.subscription()).last_slot == bench.clock.now()
    assert (await bench.subscription()).covered_until == bench.clock.now()


async def test_nothing_is_posted_of_what_is_not_wanted() -> None:
    bench = Bench()
    await bench.subscribe(filters=Filters(actor="Grace"))
    bench.events.append(after_noon(1))
    await bench.round()
    assert bench.shown() == []
    assert (await bench.subscription()).cursors == {ACME: 1}


async def test_a_channel_is_reassured_after_a_long_quiet_time_if_that_is_wished_for() -> None:
    bench = Bench()
    await bench.subscribe(reassure_after=timedelta(hours=1))
    for _ in range(9):
        await bench.round()
    assert bench.shown() == ["to C1", "to C1"]


async def test_nobody_is_reassured_while_a_source_cannot_be_read() -> None:
    bench = Bench()
    await bench.subscribe(reassure_after=MINUTE)
    bench.log.fails[0] = Unavailable("Mondoo does not answer.")
    await bench.round()
    await bench.round()
    assert bench.shown() == []


async def test_more_than_one_digest_holds_is_told_in_several_that_follow_at_once() -> None:
    bench = Bench(bounds=Bounds(most_entries=4, batch=3))
    await bench.subscribe()
    bench.events += [after_noon(number, f"event {number}") for number in range(1, 11)]
    bench.clock.advance(15 * MINUTE)
    await bench.collect()
    assert [await bench.digester.tick() for _ in range(4)] == [1, 1, 1, 0]
    await bench.deliver()
    assert bench.shown() == [f"event {number}" for number in range(1, 11)]
    assert len({delivery.part for delivery in bench.slack.posted if delivery.ordinal == 0}) == 3


async def test_what_did_not_fit_a_digest_is_not_marked_as_late_in_the_next() -> None:
    bench = Bench(bounds=Bounds(most_entries=1))
    await bench.subscribe()
    bench.events += [after_noon(1, "one"), after_noon(2, "two")]
    bench.clock.advance(15 * MINUTE)
    await bench.collect()
    await bench.digester.tick()
    assert (await bench.subscription()).covered_until == NOON
    await bench.digester.tick()
    assert (await bench.subscription()).covered_until == bench.clock.now()


async def test_slots_that_were_missed_are_made_up_once() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events.append(after_noon(1))
    bench.clock.advance(timedelta(hours=5))
    await bench.collect()
    assert [await bench.digester.tick() for _ in range(3)] == [1, 0, 0]
    assert (await bench.subscription()).last_slot == bench.clock.now()


async def test_a_digest_waits_for_a_read_that_began_after_its_slot_but_not_for_long() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events.append(after_noon(1))
    bench.clock.advance(14 * MINUTE)
    await bench.collect()
    bench.clock.advance(MINUTE)
    assert await bench.digester.tick() == 0
    bench.clock.advance(2 * MINUTE)
    assert await bench.digester.tick() == 1


async def test_a_digest_does_not_wait_for_a_source_that_cannot_be_read() -> None:
    bench = Bench()
    await bench.subscribe(ACME, LAB)
    bench.events.append(after_noon(1))
    bench.clock.advance(15 * MINUTE)
    await bench.collect()
    assert await bench.digester.tick() == 0
    bench.log.fails[0] = Unavailable("Mondoo does not answer.")
    await bench.collect(LAB)
    assert await bench.digester.tick() == 1
    assert (await bench.subscription()).covered_until == NOON


async def test_a_paused_subscription_is_told_when_it_is_resumed() -> None:
    bench = Bench()
    subscription = await bench.subscribe()
    await bench.store.subscriptions.set_standing(subscription.id, Standing.PAUSED, "")
    bench.events.append(after_noon(1))
    await bench.round()
    assert bench.shown() == []
    await bench.store.subscriptions.set_standing(subscription.id, Standing.ACTIVE, "")
    await bench.round()
    assert bench.shown() == ["owner added"]


async def test_an_alert_is_posted_as_soon_as_its_event_is_collected() -> None:
    bench = Bench()
    await bench.subscribe(mode=Mode.ALERT, filters=ALERT_FILTERS)
    bench.events += [after_noon(1), after_noon(1, "member added")]
    await bench.round(MINUTE)
    assert bench.shown() == ["owner added"]
    await bench.round(MINUTE)
    assert bench.shown() == ["owner added"]


async def test_what_another_process_has_filed_meanwhile_is_not_filed_again() -> None:
    bench = Bench()
    await bench.subscribe(mode=Mode.ALERT)
    bench.events.append(after_noon(1))
    bench.clock.advance(15 * MINUTE)
    await bench.collect()
    now = bench.clock.now()
    slow = digester(bench, SlowAgenda(bench.store.agenda, await bench.store.agenda.digests(now, now)))
    assert await bench.digester.tick() == 1
    bench.events.append(after_noon(2))
    await bench.collect()
    assert await slow.tick() == 0


async def test_what_is_looked_at_too_early_waits_for_its_slot() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events.append(after_noon(1))
    bench.clock.advance(5 * MINUTE)
    await bench.collect()
    later = bench.clock.now() + timedelta(days=1)
    hasty = digester(bench, SlowAgenda(bench.store.agenda, await bench.store.agenda.digests(later, later)))
    assert await hasty.tick() == 0
    bench.clock.advance(10 * MINUTE)
    await bench.collect()
    assert await bench.digester.tick() == 1


class SlowAgenda:
    """An agenda as it is at another time."""

    def __init__(self, agenda: Agenda, then: Waiting) -> None:
        self.reads, self.notices, self.stock = agenda.reads, agenda.notices, agenda.stock
        self._then = then

    async def digests(self, now: datetime, after: datetime) -> Waiting:  # noqa: ARG002 — the port's
        return self._then


def digester(bench: Bench, agenda: Agenda) -> Digester:
    return Digester(
        ledger=bench.store.ledger,
        agenda=agenda,
        outbox=bench.store.outbox,
        mutes=bench.store.mutes,
        composer=ListingComposer(),
        clock=bench.clock,
        context=Context(bench.store.ledger, timedelta(days=90)),
    )


async def test_a_daily_note_comes_every_day_though_slots_are_not_quite_a_day_apart() -> None:
    bench = Bench()
    await bench.subscribe(reassure_after=timedelta(days=1))
    notes = []
    for day in range(1, 6):
        late = timedelta(seconds=90 if day % 2 else 0)
        await bench.round(NOON + timedelta(days=day) + late - bench.clock.now())
        notes.append(len(bench.slack.posted))
    assert notes == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("mode", Mode)
async def test_a_clock_that_was_ahead_for_a_tick_silences_nobody(mode: Mode) -> None:
    bench = Bench()
    await bench.subscribe(mode=mode, reassure_after=timedelta(hours=2) if mode is Mode.DIGEST else None)
    bench.clock.advance(timedelta(days=365))
    bench.events.append(event(bench.clock.now() - MINUTE, "told ahead"))
    await bench.round()
    bench.clock.advance(timedelta(days=-365))
    bench.slack.posted.clear()
    bench.events[:] = [event(bench.clock.now() + MINUTE, "told after that")]
    await bench.round()
    assert bench.shown() == ["told after that"]
    now = await bench.subscription()
    assert max(now.last_slot, now.covered_until, now.last_posted) <= bench.clock.now()


@pytest.mark.parametrize("mode", Mode)
async def test_what_was_forgotten_while_it_was_paused_is_told(mode: Mode) -> None:
    bench = Bench()
    one = await bench.subscribe(mode=mode)
    await bench.round()
    await bench.store.subscriptions.set_standing(one.id, Standing.PAUSED, "Paused by hand.")
    for day in range(1, 41):
        bench.events.append(event(NOON + timedelta(days=day), f"day {day}"))
        await bench.round(timedelta(days=1))
    assert await bench.store.ledger.prune(timedelta(days=30), 1000) == 9
    await bench.store.subscriptions.set_standing(one.id, Standing.ACTIVE, "")
    await bench.round()
    assert bench.shown() == [f"day {day}" for day in range(10, 41)]
    assert forgotten(bench) == 9
    await bench.round()
    assert forgotten(bench) == 9


@pytest.mark.parametrize("mode", Mode)
async def test_where_all_was_forgotten_that_is_told_once(mode: Mode) -> None:
    bench = Bench()
    one = await bench.subscribe(mode=mode)
    await bench.store.subscriptions.set_standing(one.id, Standing.PAUSED, "Paused by hand.")
    bench.events.append(after_noon(1))
    await bench.round(timedelta(days=1))
    bench.events.append(after_noon(1 + 24 * 60, "old"))
    await bench.round(timedelta(days=1))
    assert await bench.store.ledger.prune(timedelta(seconds=-1), 1000) == 2
    await bench.store.subscriptions.set_standing(one.id, Standing.ACTIVE, "")
    for _ in range(3):
        await bench.round()
    assert len(bench.slack.posted) == 1
    assert forgotten(bench) == 2


def forgotten(bench: Bench) -> int:
    """How many events Slack was told that they were forgotten."""
    heads = [each.content for each in bench.slack.posted if each.ordinal == 0]
    return sum(int(str(head.forms[0]["forgotten"])) for head in heads if isinstance(head, Message))


async def test_what_is_told_from_an_earlier_day_on_is_not_late() -> None:
    bench = Bench([event(NOON - timedelta(hours=hour), f"{hour} h ago") for hour in range(19, 0, -1)])
    await bench.subscribe(since=NOON - timedelta(days=7))
    assert (await bench.subscription()).covered_until == NOON - timedelta(days=7)
    await bench.round()
    assert len(bench.shown()) == 19


async def test_an_alert_begins_with_the_present() -> None:
    bench = Bench([event(NOON - timedelta(hours=hour), "history") for hour in range(19, 0, -1)])
    await bench.subscribe(mode=Mode.ALERT, since=NOON - timedelta(days=7))
    bench.events += [after_noon(-1, "a minute before"), after_noon(1, "a minute after")]
    await bench.round()
    assert bench.shown() == ["a minute before", "a minute after"]


async def test_many_events_are_composed_beside_the_event_loop() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events += [event(NOON + timedelta(seconds=number), f"event {number}") for number in range(1, 502)]
    await bench.round()
    assert sorted(bench.shown()) == sorted(each.message for each in bench.events)
