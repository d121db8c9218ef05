"""Find one event again in its log."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.coverage import Coverage
from bot.domain.errors import Unavailable, UserError
from bot.domain.events import AuditEvent
from bot.domain.query import AuditQuery
from bot.domain.traces import Trace
from bot.ports import AuditLog
from bot.services.search import PAGE_SIZE, search


@dataclass(frozen=True, slots=True)
class Found:
    """An event, and how much of its second was read."""

    event: AuditEvent
    coverage: Coverage


async def find(log: AuditLog, trace: Trace, *, page_size: int = PAGE_SIZE) -> Found:
    """The event that left a trace, read afresh from the log.

    Raises:
        UserError: the log no longer holds it.
        Unavailable: the log could not be read so far as to tell.
    """
    query = AuditQuery(trace.scope, trace.window)
    events: list[AuditEvent] = []
    coverage = Coverage(query.window)
    async for batch in search(log, query, page_size=page_size):
        events += batch.events
        coverage = batch.coverage
    event = trace.found(events)
    if event is not None:
        return Found(event, coverage)
    if coverage.stopped:
        raise Unavailable(f"The event could not be read: {coverage.stopped}.", advice=coverage.advice or None)
    raise UserError(
        "The audit log no longer holds this event.",
        advice="Mondoo keeps events for a limited time. The message still shows what it said.",
    )
