"""Processes of the bot: they die at any moment, stand still, and begin again with nothing but the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any, cast

from bot.domain.access import Policy
from bot.domain.errors import StoreError
from bot.domain.settlements import Timing
from bot.ports import Agenda, AuditLog, Clock, Directory, Ledger, Messenger, Outbox
from bot.services.collect import Collector, LookBack
from bot.services.context import Context
from bot.services.deliver import Deliverer
from bot.services.digest import Bounds, Digester
from bot.services.notify import Notifier
from bot.services.poll import due
from bot.waypoints import Waypoint
from tests.contract.memory.people import MemoryMutes

from .composer import ListingComposer
from .loop import MACHINE, Machine, VirtualLoop
from .mondoo import START
from .weather import Fault, Weather

POLL = timedelta(minutes=3)
KEEP = timedelta(hours=3, minutes=11)
"""Longer than the deepest scan looks back, by a clock that was set wrong."""


class Crash(BaseException):
    """The process is killed here."""


@dataclass(slots=True)
class SteppedClock:
    """The virtual clock, as a machine shows it that was set wrong."""

    loop: VirtualLoop
    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        return START + self.offset + timedelta(seconds=self.loop.time())


@dataclass(frozen=True, slots=True)
class Outside:
    """What the bot is connected to, and how it is set up."""

    ledger: Ledger
    agenda: Agenda
    outbox: Outbox
    log: AuditLog
    messenger: Messenger
    directory: Directory
    look_back: LookBack
    bounds: Bounds
    timing: Timing
    courier_clock: Clock | None = None
    """What who delivers takes for the time; None for its machine's clock."""


@dataclass(slots=True, eq=False)
class Process(Machine):
    """One life of a replica."""

    dead: bool = False
    dies_at: Waypoint | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def die(self) -> None:
        self.dead = True
        self.stopped_until_s = 0.0
        self.ended.set()


class Line:
    """A connection to the store: every call takes a moment, and may fail before the store did it, or after."""

    def __init__(self, port: object, loop: VirtualLoop, rng: Random, weather: Weather) -> None:
        self._port = port
        self._loop = loop
        self._rng = rng
        self._weather = weather

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._port, name)

        async def call(*args: object, **options: object) -> object:
            if self._rng.random() < 0.3:
                await self._loop.pause(self._rng.uniform(0.001, 0.1))
            if self._weather.strikes(Fault.STORE_AWAY):
                raise StoreError("The database is away.")
            answer = await method(*args, **options)
            if self._rng.random() < 0.15:
                await self._loop.pause(self._rng.uniform(0.001, 0.1))
            if self._weather.strikes(Fault.STORE_ANSWER_LOST):
                raise StoreError("The database did not answer.")
            return answer

        setattr(self, name, call)
        return call


class Replica:
    """A process of the bot, started again whenever it dies."""

    def __init__(self, outside: Outside, loop: VirtualLoop, rng: Random, weather: Weather) -> None:
        self.clock = SteppedClock(loop)
        self.process = Process()
        self._outside = outside
        self._loop = loop
        self._rng = rng
        self._weather = weather

    async def run(self) -> None:
        """Live, die, and live again."""
        while True:
            await self._live(self.process)
            await self._loop.pause(self._rng.uniform(0.5, 40))
            self.process = Process()

    async def _live(self, process: Process) -> None:
        context = copy_context()
        context.run(MACHINE.set, process)
        collector, digester, notifier, deliverer = self._build()
        works = (
            partial(self._collect, collector),
            partial(self._tell, digester, notifier),
            partial(self._deliver, deliverer),
        )
        tasks = [self._loop.create_task(self._again_and_again(work), context=context.copy()) for work in works]
        for task in tasks:
            task.add_done_callback(lambda _: process.die())
        try:
            await process.ended.wait()
        finally:
            process.die()
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _build(self) -> tuple[Collector, Digester, Notifier, Deliverer]:
        outside = self._outside
        ledger = cast("Ledger", self._line(outside.ledger))
        agenda = cast("Agenda", self._line(outside.agenda))
        outbox = cast("Outbox", self._line(outside.outbox))
        composer = ListingComposer()
        return (
            Collector(ledger, outside.log, self.clock, outside.look_back),
            Digester(
                ledger=ledger,
                agenda=agenda,
                outbox=outbox,
                mutes=MemoryMutes(),
                composer=composer,
                clock=self.clock,
                context=Context(ledger, timedelta(days=90)),
                bounds=outside.bounds,
            ),
            Notifier(agenda=agenda, outbox=outbox, composer=composer),
            Deliverer(
                outbox=outbox,
                messenger=outside.messenger,
                directory=outside.directory,
                policy=Policy(),
                clock=outside.courier_clock or self.clock,
                timing=outside.timing,
            ),
        )

    def _line(self, port: object) -> Line:
        return Line(port, self._loop, self._rng, self._weather)

    async def _again_and_again(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except StoreError:
                await self._loop.pause(self._rng.uniform(1, 30))

    async def _collect(self, collector: Collector) -> None:
        outside = self._outside
        for health in await due(outside.agenda, self.clock.now(), POLL):
            await collector.collect(health)
        await self._rest(20, 120)

    async def _tell(self, digester: Digester, notifier: Notifier) -> None:
        await digester.tick()
        await notifier.tick()
        if self._rng.random() < 0.3:
            await self._outside.ledger.prune(KEEP, 1)
        await self._rest(15, 90)

    async def _deliver(self, deliverer: Deliverer) -> None:
        while await deliverer.deliver() is not None:
            pass
        await self._rest(2, 30)

    async def _rest(self, least_s: float, most_s: float) -> None:
        # Nothing that comes to light in fine weather is worth the time of looking often.
        await self._loop.pause(self._rng.uniform(least_s, most_s) * (4 if self._weather.fine else 1))
