"""What is due is read once, whoever goes through the same list."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta

from bot.domain.scopes import Scope, ScopeKind
from bot.entrypoints.readers import Readers
from bot.services.collect import Collector
from tests.unit.services.bench import Bench

SCOPES = [Scope(ScopeKind.SPACE, f"space-{number}") for number in range(6)]


async def test_every_scope_is_read_once_by_processes_that_go_through_the_same_list() -> None:
    bench = Bench()
    await bench.subscribe(*SCOPES)
    ended: list[str] = []
    reads: set[asyncio.Task[None]] = set()

    def start(_: Scope, read: Coroutine[None, None, None]) -> None:
        reads.add(asyncio.create_task(read))

    processes = [
        Readers(
            agenda=bench.store.agenda,
            collector=Collector(bench.store.ledger, bench.log, bench.clock),
            clock=bench.clock,
            interval=timedelta(minutes=1),
            at_once=2,
            start=start,
            ended=lambda how, _: ended.append(how),
        )
        for _ in range(2)
    ]
    await asyncio.gather(*(each.look() for each in processes))
    while waiting := [each for each in reads if not each.done()]:
        await asyncio.wait(waiting)
    assert ended == ["read"] * len(SCOPES)
    processes[0].stop()
    bench.clock.advance(timedelta(minutes=1))
    await processes[0].look()
    assert all(each.done() for each in reads)
