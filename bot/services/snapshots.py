"""Page through an answer: each page shows the same log, however much it grows meanwhile.

A snapshot is read only as far as its pages were asked for. It is kept for a while, so that Older and Newer answer at
once; one that is gone (a restart, another process, an hour later) is read again from the question that its buttons
carry.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent
from bot.domain.query import AuditQuery, Order
from bot.ports import AuditLog, Clock
from bot.services.search import PAGE_SIZE, Batch, search

RESULTS_PER_PAGE = 10
"""Events on one page of an answer in Slack."""


_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of an answer, from ``number`` 0 on."""

    query: AuditQuery
    """The question with its end fixed: asking it again shows the same log."""
    number: int
    events: tuple[AuditEvent, ...]
    coverage: Coverage
    has_previous: bool
    has_next: bool
    """Whether there is more, or may be: reading has not come to the end."""
    size: int = RESULTS_PER_PAGE
    """How many events a full page has."""

    @property
    def first(self) -> int:
        """The number of the first event shown, counted from 1."""
        return self.number * self.size + 1

    @property
    def last(self) -> int:
        """The number of the last event shown; 0 where none is."""
        return self.first + len(self.events) - 1 if self.events else 0


@dataclass(slots=True)
class _Snapshot:
    query: AuditQuery
    batches: AsyncGenerator[Batch]
    coverage: Coverage
    used: datetime
    events: list[AuditEvent] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    gone: bool = False
    """Whether it was let go of, so that somebody who waited for the lock must begin anew."""

    @property
    def ended(self) -> bool:
        return self.coverage.complete or bool(self.coverage.stopped)

    async def let_go(self) -> None:
        self.gone = True
        await self.batches.aclose()


class Snapshots:
    """Answers that people page through.

    At most ``capacity`` are kept, each for ``keep`` after its last use and with at most ``most_events`` events and the
    rest of a page of Mondoo's. After ``patience`` no further page is asked of Mondoo, and what is known by then is
    shown; asking again reads on.
    """

    def __init__(  # noqa: PLR0913 — two collaborators, and bounds that all have defaults
        self,
        log: AuditLog,
        clock: Clock,
        *,
        page_size: int = PAGE_SIZE,
        capacity: int = 64,
        keep: timedelta = timedelta(minutes=30),
        patience: timedelta = timedelta(seconds=20),
        most_events: int = 10_000,
    ) -> None:
        self._log = log
        self._clock = clock
        self._page_size = page_size
        self._capacity = capacity
        self._keep_for = keep
        self._patience = patience
        self._most_events = most_events
        self._kept: OrderedDict[AuditQuery, _Snapshot] = OrderedDict()

    async def page(self, query: AuditQuery, number: int = 0, *, size: int = RESULTS_PER_PAGE) -> ResultPage:
        """Page ``number`` (from 0) of the answer; the last page there is where that lies beyond the end.

        Pages have ``size`` events.

        Reading that fails does not raise: the page holds what is known, and its coverage says why reading stopped.
        Asking again then reads afresh.
        """
        while True:
            snapshot = self._kept.get(query) or self._begin(query)
            async with snapshot.lock:
                if snapshot.gone:
                    continue
                try:
                    await self._read(snapshot, (number + 1) * size + 1)
                except BaseException:  # a reading that was interrupted cannot go on
                    self._forget(snapshot)
                    await snapshot.let_go()
                    raise
                self._pin(snapshot)
                await self._keep(snapshot)
                return _cut(snapshot, number, size)

    async def aclose(self) -> None:
        """Let go of every answer, once the readings under way have ended."""
        while self._kept:
            _, snapshot = self._kept.popitem()
            async with snapshot.lock:
                await snapshot.let_go()

    def _begin(self, query: AuditQuery) -> _Snapshot:
        began = self._clock.now()
        if query.order is Order.OLDEST_FIRST:  # the end of such a log would move while it is read
            query = query.pinned(began - _SECOND)
        snapshot = _Snapshot(
            query=query,
            batches=search(self._log, query, page_size=self._page_size),
            coverage=Coverage(query.window, filtered=bool(query.filters)),
            used=began,
        )
        return self._kept.setdefault(query, snapshot)

    async def _read(self, snapshot: _Snapshot, wanted: int) -> None:
        """Read until that many events are known, or all, or patience ends; one more than shown tells if more follow."""
        began = self._clock.now()
        while len(snapshot.events) < wanted and not snapshot.ended:
            batch = await anext(snapshot.batches)
            snapshot.events += batch.events
            snapshot.coverage = batch.coverage
            if len(snapshot.events) >= self._most_events and not snapshot.ended:
                snapshot.coverage = replace(
                    snapshot.coverage,
                    stopped=f"an answer keeps {self._most_events:,} events at the most",
                    advice="Ask for a shorter window, or use the command line, which has no such bound.",
                )
            if self._clock.now() - began >= self._patience:
                return

    def _pin(self, snapshot: _Snapshot) -> None:
        """Fix the question's end before the second it was asked in, of which more may come, or after the newest event.

        That may lie in that second, or be dated ahead of our clock by Mondoo's.
        """
        self._forget(snapshot)
        end = max([snapshot.used - _SECOND, *(event.at for event in snapshot.events)])
        snapshot.query = snapshot.query.pinned(end)
        snapshot.coverage = replace(snapshot.coverage, window=snapshot.query.window)

    def _forget(self, snapshot: _Snapshot) -> None:
        if self._kept.get(snapshot.query) is snapshot:
            del self._kept[snapshot.query]

    async def _keep(self, snapshot: _Snapshot) -> None:
        """Keep a good snapshot as the most recently used one, and let go of the stale, the failed and the too many."""
        snapshot.used = self._clock.now()
        if snapshot.ended:
            await snapshot.batches.aclose()
        twin = self._kept.setdefault(snapshot.query, snapshot)
        self._kept.move_to_end(snapshot.query)
        if twin is not snapshot or snapshot.coverage.stopped:
            self._forget(snapshot)
            await snapshot.let_go()
        for rank, kept in enumerate(reversed(list(self._kept.values()))):
            stale = snapshot.used - kept.used > self._keep_for
            if (stale or rank >= self._capacity) and not kept.lock.locked():
                self._forget(kept)
                await kept.let_go()


def _cut(snapshot: _Snapshot, number: int, size: int) -> ResultPage:
    events = snapshot.events
    last_page = max(0, (len(events) - 1) // size)
    number = min(number, last_page) if snapshot.ended else number
    start = number * size
    end = start + size
    return ResultPage(
        query=snapshot.query,
        number=number,
        events=tuple(events[start:end]),
        coverage=snapshot.coverage,
        has_previous=number > 0,
        has_next=len(events) > end or not snapshot.ended,
        size=size,
    )
