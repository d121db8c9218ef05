from __future__ import annotations

from datetime import timedelta

from bot.domain.scopes import Scope, ScopeKind
from bot.domain.subscriptions import Mode, Standing
from bot.services.poll import due

from .bench import Bench
from .fakes import ACME, NOON

LAB = Scope(ScopeKind.SPACE, "lab")
INTERVAL = timedelta(minutes=10)


async def due_now(bench: Bench) -> list[Scope]:
    return [each.scope for each in await due(bench.store.agenda, bench.clock.now(), INTERVAL)]


async def test_what_was_never_read_is_due_at_once_and_then_when_its_read_is_old() -> None:
    bench = Bench()
    await bench.subscribe(mode=Mode.ALERT)
    assert await due_now(bench) == [ACME]
    await bench.collect()
    bench.clock.advance(INTERVAL - timedelta(seconds=1))
    assert await due_now(bench) == []
    bench.clock.advance(timedelta(seconds=1))
    assert await due_now(bench) == [ACME]


async def test_what_nobody_subscribes_to_is_not_read() -> None:
    bench = Bench()
    await bench.store.ledger.watch([LAB], NOON)
    await bench.subscribe()
    assert await due_now(bench) == [ACME]


async def test_what_waited_longest_comes_first() -> None:
    bench = Bench()
    await bench.subscribe(ACME, LAB, mode=Mode.ALERT)
    await bench.collect()
    bench.clock.advance(timedelta(minutes=1))
    await bench.collect(LAB)
    bench.clock.advance(INTERVAL)
    assert await due_now(bench) == [ACME, LAB]


async def test_a_read_that_a_clock_dated_into_the_future_does_not_keep_the_next_from_coming() -> None:
    bench = Bench()
    await bench.subscribe(mode=Mode.ALERT)
    await bench.collect()
    bench.clock.advance(-timedelta(hours=1))
    assert await due_now(bench) == [ACME]


async def test_a_clock_that_is_a_little_behind_that_of_another_machine_reads_no_more_often() -> None:
    bench = Bench()
    await bench.subscribe(mode=Mode.ALERT)
    await bench.collect()
    bench.clock.advance(-timedelta(minutes=4))
    assert await due_now(bench) == []


async def test_a_slot_calls_for_a_read_whatever_the_interval() -> None:
    bench = Bench()
    subscription = await bench.subscribe()
    bench.clock.advance(timedelta(minutes=14))
    await bench.collect()
    bench.clock.advance(timedelta(minutes=1))
    assert await due_now(bench) == [ACME]
    await bench.collect()
    assert await due_now(bench) == []
    await bench.store.subscriptions.set_standing(subscription.id, Standing.PAUSED, "")
    bench.clock.advance(INTERVAL)
    assert await due_now(bench) == [ACME]
