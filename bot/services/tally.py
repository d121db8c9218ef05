"""Count the events that answer a question, all of them."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta, tzinfo

from bot.domain.coverage import Coverage
from bot.domain.query import AuditQuery
from bot.domain.tallies import Tally
from bot.ports import AuditLog, Clock
from bot.services.search import PAGE_SIZE, search

MOST_EVENTS = 100_000
PATIENCE = timedelta(seconds=60)
_ADVICE = "Ask for a shorter window, or export it and count there."


async def tally(  # noqa: PLR0913 — two collaborators, the question, and bounds that have defaults
    log: AuditLog,
    clock: Clock,
    query: AuditQuery,
    zone: tzinfo,
    *,
    page_size: int = PAGE_SIZE,
    most_events: int = MOST_EVENTS,
    patience: timedelta = PATIENCE,
) -> tuple[Tally, Coverage]:
    """The counts, and how much of the answer they count. Reading that fails does not raise: the coverage says why."""
    began = clock.now()
    counted = Tally(zone)
    coverage = Coverage(query.window, filtered=bool(query.filters))
    async with aclosing(search(log, query, page_size=page_size)) as batches:
        async for batch in batches:
            counted.add(batch.events)
            coverage = batch.coverage
            if coverage.complete or coverage.stopped:
                break
            if coverage.events >= most_events:
                reason = f"charts count {most_events:,} events at the most"
                return counted, replace(coverage, stopped=reason, advice=_ADVICE)
            if clock.now() - began >= patience:
                reason = f"charts are counted for {patience.total_seconds():.0f} seconds at the most"
                return counted, replace(coverage, stopped=reason, advice=_ADVICE)
    return counted, coverage
