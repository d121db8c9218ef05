"""Answer a question from the audit log, in batches, each with what is known by then."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.domain.coverage import Coverage
from bot.domain.errors import BadResponse, BotError, UpstreamError
from bot.domain.events import AuditEvent
from bot.domain.query import AuditQuery
from bot.ports import AuditLog, LogPage

PAGE_SIZE = 100
"""Events on one of Mondoo's pages, at most."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The wanted events of one more page, in order, and the coverage up to and including them."""

    events: tuple[AuditEvent, ...]
    coverage: Coverage


async def search(log: AuditLog, query: AuditQuery, *, page_size: int = PAGE_SIZE) -> AsyncGenerator[Batch]:
    """The answer to a question, a batch a page, as the pages arrive; always at least one batch.

    Reading that fails does not raise: the last batch's coverage says where it stopped and why. Close the iterator
    to stop reading early.
    """
    coverage = Coverage(query.window, filtered=bool(query.filters))
    try:
        async with aclosing(log.read(query.scope, query.window, query.order)) as pages:
            async for page in pages:
                events, coverage = _take(page, query, coverage, page_size)
                yield Batch(events, coverage)
                if coverage.complete:
                    return
        yield Batch((), replace(coverage, stopped="the log ended without a last page", advice=BadResponse.advice))
    except UpstreamError as error:
        yield Batch((), replace(coverage, stopped=clause(error), advice=error.advice))


def clause(error: BotError) -> str:
    """The error as part of a sentence: without its full stop."""
    return str(error).rstrip(". ")


def _take(
    page: LogPage, query: AuditQuery, coverage: Coverage, page_size: int
) -> tuple[tuple[AuditEvent, ...], Coverage]:
    wanted = tuple(event for event in page.events if query.matches(event))
    room = None if query.limit is None else query.limit - coverage.matched
    kept = wanted if room is None else wanted[:room]
    exhausted = page.last and len(kept) == len(wanted)
    return kept, replace(
        coverage,
        pages=coverage.pages + 1,
        pages_total=None if page.total is None else max(-(-page.total // page_size), coverage.pages + 1),
        events=coverage.events + len(page.events),
        matched=coverage.matched + len(kept),
        total=page.total,
        exhausted=exhausted,
        limited=not exhausted and room is not None and len(kept) == room,
    )
