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
from bot.domain.query import AuditQuery
from bot.ports import AuditLog, Clock
from bot.services.search import PAGE_SIZE, Batch, search

RESULTS_PER_PAGE = 10
"""Events on one page of an answer in Slack."""


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

    @property
    def first(self) -> int:
        """The number of the first event shown, counted from 1."""
        return self.number * RESULTS_PER_PAGE + 1

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

    @property
    def ended(self) -> bool:
        return self.coverage.complete or bool(self.coverage.stopped)


class Snapshots:
    """Answers that people page through.

    At most ``capacity`` are kept, each for ``keep`` after its last use and with at most ``most_events`` events. A page
    waits for at most ``patience`` before it shows what is known by then; asking again reads on.
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

    async def page(self, query: AuditQuery, number: int = 0) -> ResultPage:
        """Page ``number`` (from 0) of the answer; the last page there is where that lies beyond the end.

        Reading that fails does not raise: the page holds what is known, and its coverage says why reading stopped.
        Asking again then reads afresh.
        """
        snapshot = self._kept.get(query) or self._begin(query)
        async with snapshot.lock:
            try:
                await self._read(snapshot, (number + 1) * RESULTS_PER_PAGE + 1)
            except BaseException:  # a reading that was interrupted cannot go on
                self._kept.pop(query, None)
                raise
            self._kept.pop(query, None)
            await self._keep(snapshot)
        return _cut(snapshot, number)

    async def aclose(self) -> None:
        """Stop every reading that is under way."""
        while self._kept:
            _, snapshot = self._kept.popitem()
            async with snapshot.lock:
                await snapshot.batches.aclose()

    def _begin(self, query: AuditQuery) -> _Snapshot:
        snapshot = self._kept[query] = _Snapshot(
            query=query,
            batches=search(self._log, query, page_size=self._page_size),
            coverage=Coverage(query.window, filtered=bool(query.filters)),
            used=self._clock.now(),
        )
        return snapshot

    async def _read(self, snapshot: _Snapshot, wanted: int) -> None:
        """Read until that many events are known, or all, or patience ends; one more than shown tells if more follow."""
        began = self._clock.now()
        while len(snapshot.events) < wanted and not snapshot.ended:
            batch = await anext(snapshot.batches)
            snapshot.events += batch.events
            if snapshot.query.window.until is None:
                snapshot.query = self._pinned(snapshot)
            snapshot.coverage = replace(batch.coverage, window=snapshot.query.window)
            if len(snapshot.events) >= self._most_events and not snapshot.ended:
                snapshot.coverage = replace(
                    snapshot.coverage,
                    stopped=f"an answer keeps {self._most_events:,} events at the most",
                    advice="Ask for a shorter window, or use the command line, which has no such bound.",
                )
            if self._clock.now() - began >= self._patience:
                return

    def _pinned(self, snapshot: _Snapshot) -> AuditQuery:
        """The question with its end fixed after the newest event seen, also where Mondoo's clock is ahead of ours."""
        return snapshot.query.pinned(max([self._clock.now(), *(event.at for event in snapshot.events)]))

    async def _keep(self, snapshot: _Snapshot) -> None:
        """Keep a good snapshot as the most recently used one, and let go of the stale, the failed and the too many."""
        snapshot.used = self._clock.now()
        self._kept[snapshot.query] = snapshot
        self._kept.move_to_end(snapshot.query)
        if snapshot.ended:
            await snapshot.batches.aclose()
        oldest_first = list(self._kept.values())
        for rank, kept in enumerate(reversed(oldest_first)):
            stale = snapshot.used - kept.used > self._keep_for
            if (rank >= self._capacity or stale or kept.coverage.stopped) and (
                kept is snapshot or not kept.lock.locked()
            ):
                del self._kept[kept.query]
                await kept.batches.aclose()


def _cut(snapshot: _Snapshot, number: int) -> ResultPage:
    events = snapshot.events
    last_page = max(0, (len(events) - 1) // RESULTS_PER_PAGE)
    number = min(number, last_page) if snapshot.ended else number
    start = number * RESULTS_PER_PAGE
    end = start + RESULTS_PER_PAGE
    return ResultPage(
        query=snapshot.query,
        number=number,
        events=tuple(events[start:end]),
        coverage=snapshot.coverage,
        has_previous=number > 0,
        has_next=len(events) > end or not snapshot.ended,
    )
