"""A log that does as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.errors import UpstreamError
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.ports import LogPage


@dataclass(slots=True)
class FakeAuditLog:
    """An audit log in memory that keeps the port's promises, a hundred events a page.

    ``size`` events are a minute apart up to 22 March 2024, numbered from the newest on in their messages. ``fails[n]``
    is raised instead of page ``n`` of a reading. ``breaks`` is raised at once: a defect, not one of the tree's errors.
    ``gate``, where there is one, holds each page back until it is set. ``readings`` counts the readings begun, and
    ``asked`` is set by each.
    """

    size: int = 36
    fails: dict[int, UpstreamError] = field(default_factory=dict)
    breaks: Exception | None = None
    gate: asyncio.Event | None = None
    readings: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    make: Callable[[AuditEvent], AuditEvent] = lambda event: event

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        self.readings += 1
        self.asked.set()
        if self.breaks is not None:
            raise self.breaks
        found = [event for event in self._events(scope) if event.at in window]
        found.sort(key=lambda event: event.at, reverse=order is Order.NEWEST_FIRST)
        for number in range(max(1, -(-len(found) // 100))):
            if self.gate is not None:
                await self.gate.wait()
            if number in self.fails:
                raise self.fails[number]
            yield LogPage(found[number * 100 : number * 100 + 100], len(found), last=(number + 1) * 100 >= len(found))

    def _events(self, scope: Scope) -> list[AuditEvent]:
        newest = datetime(2024, 3, 22, 17, 46, 3, tzinfo=UTC)
        return [self.make(_event(scope, newest - n * timedelta(minutes=1), n + 1)) for n in range(self.size)]


def _event(scope: Scope, at: datetime, number: int) -> AuditEvent:
    return AuditEvent(
        scope=scope,
        at=at,
        timestamp=at.isoformat().replace("+00:00", "Z"),
        action="mondoo.agents.AgentManager.CreateServiceAccount",
        actor_name="Jane Doe",
        actor_mrn="//captain.api.mondoo.app/users/26OR1GOGsqmfjXOOO8joxgJDdtM",
        resource=f"//agents.api.mondoo.app/organizations/{scope.id}/serviceaccounts/2e3N{number}",
        message=f"event number {number}",
    )
