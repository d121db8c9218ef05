"""A log and a clock that do as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.errors import UpstreamError, UserError
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope, ScopeKind
from bot.ports import LogPage

ACME = Scope(ScopeKind.ORGANIZATION, "acme")
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)


def event(at: datetime, message: str = "owner added", *, actor: str = "Ada", scope: Scope = ACME) -> AuditEvent:
    """An event at that moment."""
    return AuditEvent(
        scope=scope,
        at=at,
        timestamp=at.isoformat().replace("+00:00", "Z"),
        action="mondoo.captain.Captain.SetOrganizationMembership",
        actor_name=actor,
        actor_mrn=f"//captain.api.mondoo.app/users/{actor.casefold()}",
        resource="//captain.api.mondoo.app/users/grace",
        message=message,
    )


def history(count: int, *, until: datetime = NOON, actor: str = "Ada") -> list[AuditEvent]:
    """So many events, a minute apart, the newest a minute before ``until``."""
    return [event(until - timedelta(minutes=n), f"event {n}", actor=actor) for n in range(1, count + 1)]


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until somebody calls :meth:`advance`."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> None:
        self.moment += by


@dataclass(slots=True)
class FakeAuditLog:
    """An audit log in memory that keeps the port's promises: in order, inside the window, nothing twice, all of it.

    ``events`` may grow between pages: what is newer than the reading's beginning is then read only by a reading in
    ascending order without an end, as at Mondoo. ``fails[n]`` is raised instead of page ``n`` (from 0), once a reading
    gets there. ``between(n)`` runs before page ``n`` is given: to move a clock, to add events. ``gate``, where there is
    one, holds each page back until it is set. ``refuses`` is raised before anything is read. ``truncated`` leaves the
    last page out: the promise it breaks.

    Afterwards ``readings`` tells the windows that were asked for, ``pages`` how many pages were given, and ``open``
    how many readings nobody has closed yet.
    """

    events: Iterable[AuditEvent] = ()
    page_size: int = 100
    counts: bool = True
    fails: dict[int, UpstreamError] = field(default_factory=dict)
    between: Callable[[int], None] = lambda _page: None
    gate: asyncio.Event | None = None
    refuses: UserError | None = None
    truncated: bool = False
    readings: list[Window] = field(default_factory=list)
    pages: int = 0
    open: int = 0

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        if self.refuses is not None:
            raise self.refuses
        self.readings.append(window)
        self.open += 1
        try:
            known = self.events if order is Order.OLDEST_FIRST else list(self.events)
            number = 0
            last = False
            while not last:
                self.between(number)
                if self.gate is not None:
                    await self.gate.wait()
                if number in self.fails:
                    raise self.fails[number]
                found = [each for each in known if each.scope == scope and each.at in window]
                found.sort(key=lambda each: each.at, reverse=order is Order.NEWEST_FIRST)
                part = found[number * self.page_size : (number + 1) * self.page_size]
                number += 1
                last = len(found) <= number * self.page_size
                if last and self.truncated:
                    return
                self.pages += 1
                yield LogPage(part, len(found) if self.counts else None, last)
        finally:
            self.open -= 1
