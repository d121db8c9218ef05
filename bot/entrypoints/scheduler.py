"""The bot's own clockwork: it looks for what is due, again and again, and leaves to the store what was done.

APScheduler only ticks. Whether something is due is read from the database at each tick, so nothing is lost with a tick
that comes late or not at all, and any number of processes may tick at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.deliveries import State
from bot.domain.scopes import Scope
from bot.entrypoints.readers import Readers
from bot.entrypoints.troubles import Troubles
from bot.ports import Agenda, Clock, Ledger, Mutes, Subscriptions, Uses
from bot.services.collect import Collector
from bot.services.deliver import Deliverer, Handled
from bot.services.digest import Digester
from bot.services.notify import Notifier

log = structlog.get_logger()


class Figures(Protocol):
    """Where it is counted what the clockwork does."""

    def read_ended(self, outcome: str, new: int) -> None:
        """Count a read of a scope."""

    def part_handled(self, state: str) -> None:
        """Count a part that was dealt with."""

    def looked(self, lag: timedelta, stopped: int) -> None:
        """Note how old what is known of a scope is at most, and how many subscriptions are stopped."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look for what is due, and how much to do at once."""

    poll: timedelta = timedelta(seconds=60)
    """How old a scope's last read may get."""
    look: timedelta = timedelta(seconds=1)
    stock: timedelta = timedelta(seconds=5)
    prune: timedelta = timedelta(minutes=10)
    keep: timedelta = timedelta(days=30)
    """How long events are kept, uses of the bot, and mute rules once they have ended."""
    readers: int = 8
    couriers: int = 4


class Scheduler:
    """Collects, digests, delivers, notifies and prunes, until it is stopped."""

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        ledger: Ledger,
        agenda: Agenda,
        mutes: Mutes,
        uses: Uses,
        subscriptions: Subscriptions,
        collector: Collector,
        digester: Digester,
        deliverer: Deliverer,
        notifier: Notifier,
        clock: Clock,
        figures: Figures,
        pace: Pace | None = None,
    ) -> None:
        self._ledger = ledger
        self._agenda = agenda
        self._mutes = mutes
        self._uses = uses
        self._subscriptions = subscriptions
        self._digester = digester
        self._deliverer = deliverer
        self._notifier = notifier
        self._clock = clock
        self._figures = figures
        self._pace = pace or Pace()
        self._ticker = AsyncIOScheduler(timezone=UTC)
        self._running: set[asyncio.Task[None]] = set()
        self._troubles = Troubles()
        self._readers = Readers(
            agenda=agenda,
            collector=collector,
            clock=clock,
            interval=self._pace.poll,
            at_once=self._pace.readers,
            start=self._start_read,
            ended=figures.read_ended,
        )
        self._stopped: list[str] = []
        self._stopping = False

    @property
    def notes(self) -> list[str]:
        """What an operator should know, as sentences: that the database is away, that nothing can be posted."""
        notes = self._troubles.sentences
        if self._deliverer.locked:
            notes.append(f"Nothing can be posted: {self._deliverer.locked}")
        if self._stopped:
            notes.append(f"Subscriptions that the bot stopped: {', '.join(self._stopped)}; see /mondoo-audit status.")
        return notes

    def start(self) -> None:
        """Begin to tick."""
        # Below errors it tells of every tick that finds the last one busy.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        pace = self._pace
        self._every(pace.look, "collect", self._readers.look)
        self._every(pace.look, "digest", self._digester.tick)
        self._every(pace.look, "notify", self._notifier.tick)
        self._every(pace.look / 2, "deliver", self._deliver, at_once=pace.couriers)
        self._every(pace.stock, "take stock", self._take_stock)
        self._every(pace.prune, "prune", self._prune)
        self._ticker.start()

    async def stop(self, within: timedelta) -> None:
        """Tick no more, and let what is under way come to its end, for so long."""
        self._stopping = True
        self._readers.stop()
        if self._ticker.running:
            self._ticker.shutdown(wait=False)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=within.total_seconds())
            for task in late:
                task.cancel()
            for task in late:
                with suppress(asyncio.CancelledError):
                    await task

    def _every(
        self, interval: timedelta, name: str, work: Callable[[], Awaitable[object]], *, at_once: int = 1
    ) -> None:
        async def tick() -> None:
            if not self._stopping:
                task = self._track(asyncio.create_task(self._troubles.guard(name, work())))
                with suppress(asyncio.CancelledError):  # the ticker cancels its jobs when it stops: the work goes on
                    await asyncio.shield(task)

        self._ticker.add_job(
            tick,
            "interval",
            seconds=interval.total_seconds(),
            next_run_time=datetime.now(UTC),  # at once, or where restarts are frequent the slow ones never ran
            coalesce=True,
            max_instances=at_once,
            misfire_grace_time=None,
        )

    def _track(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        """The task, waited for at the end."""
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _start_read(self, scope: Scope, read: Coroutine[None, None, None]) -> None:
        self._track(asyncio.create_task(self._troubles.guard(scope, read)))

    async def _take_stock(self) -> None:
        """Note how far behind the reading is, and what the bot stopped; what nobody subscribes to is no trouble."""
        stock = await self._agenda.stock()
        self._stopped = [str(each) for each in stock.stopped]
        lag = timedelta(0) if stock.oldest is None else self._clock.now() - stock.oldest
        self._figures.looked(lag, len(self._stopped))
        if self._troubles.scopes:
            wanted = {scope for each in await self._subscriptions.all() for scope in each.terms.scopes}
            for scope in set(self._troubles.scopes) - wanted:
                self._troubles.forget(scope)

    async def _deliver(self) -> None:
        """Deal with parts until none is left that may be dealt with now."""
        while not self._stopping and (handled := await self._deliverer.deliver()) is not None:
            self._figures.part_handled(handled.settlement.state.value)
            _log(handled)
            if handled.settlement.stop and handled.recorded and handled.delivery.subscription is not None:
                log.error(
                    "a subscription was stopped; what it has to tell waits until somebody resumes it",
                    subscription=handled.delivery.subscription,
                    channel=handled.delivery.channel,
                    reason=handled.settlement.reason,
                )

    async def _prune(self) -> None:
        """Forget what is old, a little at a time."""
        while not self._stopping and await self._ledger.prune(self._pace.keep, _PRUNED_AT_ONCE):
            log.debug("old events were forgotten")
        old = self._clock.now() - self._pace.keep
        while not self._stopping and await self._uses.prune(old, _PRUNED_AT_ONCE):
            log.debug("old uses were forgotten")
        await self._mutes.prune(old)


_PRUNED_AT_ONCE: Final = 1_000


def _log(handled: Handled) -> None:
    delivery, settlement = handled.delivery, handled.settlement
    write = {State.SENT: log.info, State.FAILED: log.error}.get(settlement.state, log.warning)
    write(
        "delivery",
        part=delivery.part,
        channel=delivery.channel,
        state=settlement.state.value,
        reason=settlement.reason or None,
        attempt=delivery.attempts,
        recorded=handled.recorded,
    )
