"""What is due is read once, whoever goes through the same list."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta

from bot.domain.scopes import Scope, ScopeKind
from bot.entrypoints.readers import Readers
from bot.services.collect import Collector
from tests.unit.services.bench import Bench


class Replicas:
    """So many processes on one store, each with so many readers, and what they did."""

    def __init__(self, bench: Bench, number: int, *, at_once: int) -> None:
        self.ended: list[str] = []
        self.begun: list[Scope] = []
        self.reads: set[asyncio.Task[None]] = set()
        self.processes = [
            Readers(
                agenda=bench.store.agenda,
                collector=Collector(bench.store.ledger, bench.log, bench.clock),
                clock=bench.clock,
                interval=timedelta(minutes=1),
                at_once=at_once,
                start=self._start,
                ended=lambda how, _: self.ended.append(how),
            )
            for _ in range(number)
        ]

    async def look(self) -> None:
        await asyncio.gather(*(each.look() for each in self.processes))
        while waiting := [each for each in self.reads if not each.done()]:
            await asyncio.wait(waiting)

    def stop(self) -> None:
        for each in self.processes:
            each.stop()

    def _start(self, scope: Scope, read: Coroutine[None, None, None]) -> None:
        self.begun.append(scope)
        self.reads.add(asyncio.create_task(read))


def scopes(number: int) -> list[Scope]:
    return [Scope(ScopeKind.SPACE, f"space-{each}") for each in range(number)]


async def test_every_scope_is_read_once_by_processes_that_go_through_the_same_list() -> None:
    bench = Bench()
    await bench.subscribe(*scopes(6))
    replicas = Replicas(bench, 2, at_once=2)
    await replicas.look()
    assert replicas.ended == ["read"] * 6
    replicas.stop()
    bench.clock.advance(timedelta(minutes=1))
    before = len(replicas.begun)
    await replicas.look()
    assert len(replicas.begun) == before


async def test_processes_that_go_through_the_same_list_seldom_meet() -> None:
    bench = Bench()
    await bench.subscribe(*scopes(400))
    replicas = Replicas(bench, 4, at_once=1)
    bench.log.between = lambda _: replicas.stop() if len(replicas.ended) >= 80 else None
    await replicas.look()
    assert len(replicas.begun) < 80 * 1.5
