"""Reading logs in which nothing is new: what one costs, how many one process keeps up with, what replicas add.

As a program, ``python -m benchmarks.polling DATABASE MONDOO READERS``, it is the clockwork alone: it reads every scope
again and again, until it is killed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import structlog

from benchmarks.programs import Program, running
from bot.adapters.mondoo.client import MondooClient
from bot.adapters.mondoo.credentials import ApiToken
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.parallel import ParallelAuditLog
from bot.adapters.store import Store, open_store
from bot.cli import loops
from bot.domain.access import ChannelId
from bot.domain.schedules import Interval
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.subscriptions import DIGEST_FILTERS, Draft, Mode, Origin, Subscription, Terms
from bot.entrypoints.readers import Readers
from bot.entrypoints.scheduler import Pace
from bot.ports import Clock
from bot.services.collect import Collector
from bot.services.poll import due
from bot.wiring.bot import PARTS_OF_A_POLL
from bot.wiring.mondoo import SystemClock

_MINUTE: Final = timedelta(minutes=1)
_READERS: Final = 8
_ROUNDS: Final = 3
_SETTLED_S: Final = 2
"""After how long replicas have their connections and all that they import."""


@dataclass(frozen=True, slots=True)
class Link:
    """How far away Mondoo is, for replicas that read so many scopes with so many readers each."""

    delay: timedelta = timedelta(milliseconds=50)
    readers: int = 1
    """Few, so that waiting for the link and not this machine's processors is what takes time."""
    scopes: int = 400


@dataclass(frozen=True, slots=True)
class Round:
    """One process with many scopes, with as many readers as the bot has."""

    scopes: int
    took_s: float
    """Until each was read for the first time."""
    poll_cpu_s: float
    """What reading one again costs, which finds nothing new: the least of a few rounds through all of them."""
    poll_requests: float
    tick_cpu_s: float
    """What looking for what is due costs, once, when nothing is."""


async def measure(database: str, scopes: int, ticks: int = 5) -> Round:
    """Every one of so many scopes once, and again each minute, then the ticks that find nothing to do."""
    clock = _HandSetClock()
    async with _stand_in(0) as mondoo, _clockwork(database, mondoo, clock, scopes=scopes) as clockwork:
        began = time.perf_counter()
        await clockwork.read_due()
        took = time.perf_counter() - began
        asked = await _asked(mondoo)
        polls = [await _again(clockwork, clock) / scopes for _ in range(_ROUNDS)]
        asked = await _asked(mondoo) - asked
        before = time.process_time()
        for _ in range(ticks):
            await due(clockwork.store.agenda, clock.now(), timedelta(days=1))
        tick = (time.process_time() - before) / ticks
        return Round(scopes, took, min(polls), asked / scopes / _ROUNDS, tick)


async def _again(clockwork: _Clockwork, clock: _HandSetClock) -> float:
    """Reads everything a minute later; gives the CPU time, in seconds."""
    clock.ahead += _MINUTE
    before = time.process_time()
    await clockwork.read_due()
    return time.process_time() - before


async def rates(database: str, replicas: Sequence[int], link: Link, span: timedelta) -> list[float]:
    """Polls a second by so many replicas on one database, for each number of them, one after the other.

    They find nothing new: every scope was read before.
    """
    async with _stand_in(link.delay.total_seconds()) as mondoo:
        async with _clockwork(database, mondoo, SystemClock(), scopes=link.scopes) as clockwork:
            await clockwork.read_due()
        return [await _rate(database, mondoo, number, link.readers, span) for number in replicas]


async def _rate(database: str, mondoo: Program, number: int, readers: int, span: timedelta) -> float:
    async with AsyncExitStack() as stack:
        arguments = ["-m", "benchmarks.polling", database, mondoo.listening, str(readers)]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        replicas = [running(arguments, {}, folder) for _ in range(number)]
        await asyncio.gather(*map(stack.enter_async_context, replicas))
        await asyncio.sleep(_SETTLED_S)
        before, began = await _asked(mondoo), time.perf_counter()
        await asyncio.sleep(span.total_seconds())
        return (await _asked(mondoo) - before) / (time.perf_counter() - began)


class _HandSetClock(SystemClock):
    """This machine's clock, set ahead."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


class _Clockwork:
    """What the scheduler does to read, without its ticks; what each first read finds is not worth a line of the log."""

    def __init__(
        self, store: Store, collector: Collector, clock: Clock, readers: int = _READERS, interval: timedelta = _MINUTE
    ) -> None:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        self.store = store
        self.collector = collector
        self._reads: set[asyncio.Task[None]] = set()
        self._readers = Readers(
            agenda=store.agenda,
            collector=collector,
            clock=clock,
            interval=interval,
            at_once=readers,
            start=lambda _, read: self._start(read),
            ended=lambda _how, _new: None,
        )

    async def look(self) -> None:
        """Begin to read what is due now, as the scheduler does again and again."""
        await self._readers.look()

    async def read_due(self) -> None:
        """Read everything that is due now."""
        await self.look()
        while self._reads:
            await asyncio.wait(self._reads, return_when=asyncio.FIRST_COMPLETED)

    def _start(self, read: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(read)
        self._reads.add(task)
        task.add_done_callback(self._reads.discard)


@asynccontextmanager
async def _clockwork(database: str, mondoo: Program, clock: Clock, *, scopes: int) -> AsyncIterator[_Clockwork]:
    async with open_store(database, clock) as store, MondooClient(clock) as client:
        await _fill(store, scopes)
        yield _Clockwork(store, _collector(store, client, mondoo.listening, clock), clock)


def _collector(store: Store, client: MondooClient, mondoo: str, clock: Clock) -> Collector:
    endpoint = Endpoint(f"{mondoo}/query", ApiToken("a-token"))
    return Collector(store.ledger, ParallelAuditLog(client, lambda _: endpoint, abreast=PARTS_OF_A_POLL), clock)


async def _fill(store: Store, scopes: int) -> list[Subscription]:
    """A digest an hour for each of so many scopes."""
    now = datetime.now(UTC)
    wanted = [Scope(ScopeKind.SPACE, f"bench-{number}") for number in range(scopes)]
    await store.ledger.watch(wanted, now)
    schedule = Interval(timedelta(hours=1))
    return [
        await store.subscriptions.add(
            Draft(
                key=scope.id,
                origin=Origin.FILE,
                terms=Terms((scope,), ChannelId("C1"), Mode.DIGEST, DIGEST_FILTERS, schedule=schedule),
            ),
            now,
        )
        for scope in wanted
    ]


@asynccontextmanager
async def _stand_in(delay_s: float) -> AsyncIterator[Program]:
    with tempfile.TemporaryDirectory() as folder:
        async with running(["-m", "benchmarks.stand_in", str(delay_s)], {}, Path(folder)) as program:
            yield program


async def _asked(mondoo: Program) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        return int((await client.get(mondoo.listening)).text)


async def _replica(database: str, mondoo: str, readers: int) -> None:
    clock = SystemClock()
    async with open_store(database, clock) as store, MondooClient(clock) as client:
        collector = _collector(store, client, mondoo, clock)
        clockwork = _Clockwork(store, collector, clock, readers, interval=timedelta(0))
        sys.stderr.write(json.dumps({"event": "ready", "listening": ""}) + "\n")
        while True:
            await clockwork.look()
            await asyncio.sleep(Pace().look.total_seconds())


if __name__ == "__main__":
    loops.run(_replica(sys.argv[1], sys.argv[2], int(sys.argv[3])))
