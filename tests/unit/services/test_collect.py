from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import NotPermitted, StoreError, Unavailable, UserError
from bot.domain.events import AuditEvent
from bot.domain.fingerprints import Sighting
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.ports import Claim, LogPage
from bot.services.collect import Collected, Collector, LookBack

from .bench import Bench
from .fakes import ACME, NOON, FakeAuditLog, event, history

MINUTE = timedelta(minutes=1)


def after_noon(minutes: float, message: str = "owner added") -> AuditEvent:
    return event(NOON + timedelta(minutes=minutes), message)


async def test_the_first_read_of_a_log_remembers_what_was_there_and_tells_nobody() -> None:
    bench = Bench(history(50))
    await bench.subscribe()
    bench.clock.advance(MINUTE)
    assert await bench.collect() == Collected(ACME, new=50)
    assert await bench.known() == []


async def test_a_log_that_is_watched_since_an_earlier_day_is_told_from_that_day_on() -> None:
    bench = Bench(history(50))
    await bench.subscribe(since=NOON - timedelta(minutes=20))
    await bench.collect()
    assert await bench.known() == [f"event {number}" for number in range(20, 0, -1)]


async def test_what_happens_later_becomes_known_in_its_order() -> None:
    bench = Bench(history(5))
    await bench.subscribe()
    await bench.collect()
    bench.events += [after_noon(1, "first"), after_noon(2, "second")]
    bench.clock.advance(3 * MINUTE)
    assert await bench.collect() == Collected(ACME, new=2)
    assert await bench.known() == ["first", "second"]
    assert (await bench.health()).watermark == NOON + 2 * MINUTE


async def test_an_event_that_shows_late_is_found_within_the_overlap() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events.append(after_noon(14, "punctual"))
    bench.clock.advance(15 * MINUTE)
    await bench.collect()
    bench.events.append(after_noon(1, "late"))
    await bench.collect()
    assert await bench.known() == ["punctual", "late"]


async def test_what_shows_after_the_overlap_is_found_by_the_deep_scan_once_a_day() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.clock.advance(10 * 60 * MINUTE)
    bench.events.append(after_noon(10 * 60 - 1, "punctual"))
    await bench.collect()
    bench.events.append(after_noon(1, "very late"))
    bench.clock.advance(MINUTE)
    await bench.collect()
    assert await bench.known() == ["punctual"]
    bench.clock.advance(24 * 60 * MINUTE)
    await bench.collect()
    assert await bench.known() == ["punctual", "very late"]
    await bench.collect()
    spans = [NOON + timedelta(minutes=10 * 60 - 1) - window.since for window in bench.log.readings[1:] if window.since]
    assert spans[0] == timedelta(minutes=15)
    assert spans[1] > timedelta(hours=40)
    assert spans[2] == timedelta(minutes=15)


async def test_a_deep_scan_that_a_clock_dated_into_the_future_does_not_keep_the_next_from_coming() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.clock.advance(timedelta(days=400))
    await bench.collect()
    bench.clock.advance(-timedelta(days=390))
    await bench.collect()
    assert (await bench.health()).last_deep_scan == bench.clock.now()


async def test_events_that_share_the_last_second_that_was_read_are_found() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events.append(after_noon(1, "one"))
    bench.clock.advance(MINUTE)
    await bench.collect()
    bench.events.append(after_noon(1, "another"))
    await bench.collect()
    assert await bench.known() == ["one", "another"]


async def test_true_twins_are_told_apart_however_they_arrive() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events += [after_noon(1), after_noon(1)]
    bench.clock.advance(2 * MINUTE)
    await bench.collect()
    assert len(await bench.known()) == 2
    bench.events.append(after_noon(1))
    await bench.collect()
    await bench.collect()
    assert len(await bench.known()) == 3


async def test_a_second_that_fills_several_pages_is_compared_whole() -> None:
    bench = Bench()
    bench.log.page_size = 2
    await bench.subscribe()
    bench.events += [after_noon(1, message) for message in ("one", "two", "one", "three", "one", "two")]
    bench.clock.advance(2 * MINUTE)
    assert await bench.collect() == Collected(ACME, new=6)
    assert await bench.collect() == Collected(ACME, new=0)


class PausingLog(FakeAuditLog):
    """A log whose first page is empty, and not the last."""

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        yield LogPage((), None, last=False)
        async for page in super().read(scope, window, order):
            yield page


async def test_an_empty_page_is_not_the_end() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events.append(after_noon(1))
    bench.clock.advance(2 * MINUTE)
    collector = Collector(bench.store.ledger, PausingLog(bench.events), bench.clock)
    assert await collector.collect(await bench.health()) == Collected(ACME, new=1)


class ShiftingLog(FakeAuditLog):
    """A log whose pages shift: each but the first begins with the end of the one before, in reads without an end."""

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        previous: AuditEvent | None = None
        async for page in super().read(scope, window, order):
            shifted = [previous, *page.events] if previous and window.until is None else page.events
            yield LogPage(shifted, page.total, page.last)
            previous = page.events[-1]


async def test_a_page_that_shifted_is_not_taken_for_twins() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events += [after_noon(number, f"event {number}") for number in range(1, 8)]
    bench.clock.advance(10 * MINUTE)
    log = ShiftingLog(bench.events, page_size=3)
    collector = Collector(bench.store.ledger, log, bench.clock)
    assert await collector.collect(await bench.health()) == Collected(ACME, new=7)
    assert len(await bench.known()) == 7


async def test_an_event_whose_server_begins_to_send_more_of_it_is_not_new() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.events.append(after_noon(1))
    bench.clock.advance(2 * MINUTE)
    await bench.collect()
    bench.events[:] = [replace(bench.events[0], ip="192.0.2.1", parent=ACME.mrn)]
    assert await bench.collect() == Collected(ACME, new=0)


async def test_an_event_from_the_future_does_not_move_the_watermark_past_the_present() -> None:
    bench = Bench([after_noon(60)])
    await bench.subscribe()
    bench.clock.advance(MINUTE)
    await bench.collect()
    assert (await bench.health()).watermark == NOON + MINUTE


async def test_a_read_that_fails_half_way_records_nothing_but_that() -> None:
    bench = Bench(look_back=LookBack(most_held=2))
    await bench.subscribe()
    bench.events += [after_noon(number, f"event {number}") for number in range(1, 300)]
    bench.clock.advance(300 * MINUTE)
    bench.log.fails[2] = Unavailable("Mondoo does not answer.")
    collected = await bench.collect()
    assert collected is not None
    assert collected.reason
    assert await bench.known() == []
    health = await bench.health()
    assert (health.watermark, health.failures, health.reason) == (None, 1, collected.reason)
    bench.log.fails.clear()
    await bench.collect()
    assert len(await bench.known()) == 299
    assert (await bench.health()).failures == 0


@pytest.mark.parametrize("error", [NotPermitted("Not yours."), UserError("No such scope.")])
async def test_a_scope_that_may_not_be_read_counts_as_failed(error: NotPermitted | UserError) -> None:
    bench = Bench()
    await bench.subscribe()
    if isinstance(error, UserError):
        bench.log.refuses = error
    else:
        bench.log.fails[0] = error
    await bench.collect()
    assert (await bench.health()).failures == 1


async def test_a_log_that_ends_without_a_last_page_counts_as_failed() -> None:
    bench = Bench()
    await bench.subscribe()
    bench.log.truncated = True
    await bench.collect()
    assert "without a last page" in (await bench.health()).reason


async def test_an_outage_of_a_week_is_caught_up_in_bounded_memory() -> None:
    bench = Bench(look_back=LookBack(most_held=150))
    await bench.subscribe()
    bench.events += [after_noon(number, f"event {number}") for number in range(1, 1_000)]
    bench.clock.advance(timedelta(days=7))
    ledger = WitnessedLedger(bench)
    assert await ledger.collect() == Collected(ACME, new=999)
    assert ledger.staged
    assert max(ledger.staged) < 150 + bench.log.page_size
    assert len(await bench.known()) == 999


class WitnessedLedger:
    """The bench's ledger, that notes how many events it is to stage, each time; then it raises ``trouble``, if any."""

    def __init__(self, bench: Bench, trouble: StoreError | None = None) -> None:
        self._trouble = trouble
        self._ledger = ledger = bench.store.ledger
        self._bench = bench
        self.staged: list[int] = []
        self.watch, self.health, self.claim, self.known = ledger.watch, ledger.health, ledger.claim, ledger.known
        self.commit, self.fail, self.entries, self.prune = ledger.commit, ledger.fail, ledger.entries, ledger.prune
        self.recall = ledger.recall

    async def stage(self, claim: Claim, sightings: Sequence[Sighting], lease: timedelta) -> None:
        self.staged.append(len(sightings))
        if self._trouble:
            raise self._trouble
        await self._ledger.stage(claim, sightings, lease)

    async def collect(self, look_back: LookBack | None = None) -> Collected | None:
        look_back = look_back or LookBack(most_held=150)
        collector = Collector(self, self._bench.log, self._bench.clock, look_back)
        return await collector.collect(await self._bench.health())


async def test_a_long_read_gives_signs_of_life() -> None:
    bench = Bench(history(500))
    await bench.subscribe()
    bench.log.between = lambda _page: bench.clock.advance(timedelta(seconds=50))
    ledger = WitnessedLedger(bench)
    await ledger.collect()
    assert ledger.staged.count(0) == 5


class SlowLog(FakeAuditLog):
    """A log whose first page is long in coming."""

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        await asyncio.sleep(0.1)
        async for page in super().read(scope, window, order):
            yield page


async def test_a_read_gives_signs_of_life_while_nothing_arrives() -> None:
    bench = Bench([after_noon(1)])
    bench.log = SlowLog(bench.events)
    await bench.subscribe()
    bench.clock.advance(2 * MINUTE)
    ledger = WitnessedLedger(bench)
    assert await ledger.collect(LookBack(lease=timedelta(milliseconds=40))) == Collected(ACME, new=1)
    assert ledger.staged.count(0) >= 3


async def test_two_processes_do_not_read_a_scope_at_once() -> None:
    bench = Bench()
    await bench.subscribe()
    health = await bench.health()
    assert await bench.store.ledger.claim(ACME, health.fence, timedelta(minutes=2))
    assert await bench.collect() is None
    assert await bench.collector.collect(health) is None
    assert bench.log.readings == []


async def test_a_read_that_was_taken_over_records_nothing() -> None:
    bench = Bench([after_noon(1)])
    await bench.subscribe()

    def take_over(_page: int) -> None:
        bench.clock.advance(timedelta(minutes=3))
        coroutine = bench.store.ledger.claim(ACME, 1, timedelta(minutes=2))
        with pytest.raises(StopIteration):
            coroutine.send(None)

    bench.log.between = take_over
    assert await bench.collect() is None
    assert await bench.known() == []
    assert (await bench.health()).failures == 0


async def test_a_store_that_is_away_is_not_the_logs_fault() -> None:
    bench = Bench([after_noon(1)])
    await bench.subscribe()

    bench.log.between = lambda _page: bench.clock.advance(timedelta(minutes=1))
    with pytest.raises(StoreError):
        await WitnessedLedger(bench, StoreError("The database is away.")).collect()
    assert (await bench.health()).failures == 0


async def test_an_event_of_the_second_in_which_somebody_subscribes_is_told() -> None:
    bench = Bench()
    bench.clock.advance(timedelta(milliseconds=200))
    await bench.subscribe(since=bench.clock.now())
    bench.clock.advance(timedelta(milliseconds=500))
    bench.events.append(event(NOON, "half a second after that"))
    await bench.round()
    assert bench.shown() == ["half a second after that"]


async def test_a_deeper_look_back_does_not_take_what_was_never_read_for_new() -> None:
    bench = Bench([event(NOON - timedelta(hours=hour), f"old {hour}") for hour in range(1, 160)])
    await bench.subscribe()
    await bench.collect()
    deeper = Collector(bench.store.ledger, bench.log, bench.clock, LookBack(deep=timedelta(days=7)))
    bench.clock.advance(timedelta(days=1))
    assert await deeper.collect(await bench.health()) == Collected(ACME)
    assert await bench.known() == []


async def test_a_deeper_look_back_does_not_take_what_was_forgotten_for_new() -> None:
    bench = Bench()
    await bench.subscribe()
    for day in range(1, 20):
        bench.events.append(event(NOON + timedelta(days=day), f"day {day}"))
        await bench.round(timedelta(days=1))
    assert await bench.store.ledger.prune(timedelta(days=3), 1000) == 15
    deeper = Collector(bench.store.ledger, bench.log, bench.clock, LookBack(deep=timedelta(days=14)))
    bench.clock.advance(timedelta(days=1))
    assert await deeper.collect(await bench.health()) == Collected(ACME)
