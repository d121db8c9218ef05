"""A log that events reach late, out of order and twice, and that can be read badly."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.errors import NotPermitted, Unavailable
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.ports import LogPage

from .loop import VirtualLoop
from .weather import Fault, Weather

START = datetime(2024, 5, 6, 12, 0, 0, 400_000, tzinfo=UTC)
"""The virtual clock's zero; not at a whole second, since nobody subscribes at one."""
KEPT_S = 182 * 60
"""How long the log shows an event: not always as long as the deepest scan looks back."""
_ACTIONS = ("mondoo.captain.Captain.SetOrganizationMembership", "mondoo.agents.AgentManager.CreateServiceAccount")
_PAGE = 8


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, and when the log shows it, in seconds."""

    event: AuditEvent
    fuller: AuditEvent
    """As a newer server sends it."""
    shown_s: float
    order: int


class FakeLog:
    """An :class:`~bot.ports.AuditLog` of one page size, for any number of scopes.

    Ties come in the order in which they were recorded. Of a page that shifts, the first event is the last of the page
    before; that happens only to reads without an end, as these are the long ones.
    """

    def __init__(self, loop: VirtualLoop, rng: Random, weather: Weather) -> None:
        self.happened: dict[Scope, list[Happened]] = {}
        self.down_until_s = 0.0
        self.upgraded_s: float | None = None
        self._loop = loop
        self._rng = rng
        self._weather = weather
        self._order = 0

    def record(self, scope: Scope, at_s: float, shown_s: float, *, punctual: bool) -> None:
        """Let an event happen; with some luck it has a true twin, or shares its second with another."""
        self._order += 1
        at = (START + timedelta(seconds=at_s)).replace(microsecond=0)
        event = AuditEvent(
            scope=scope,
            at=at,
            timestamp=at.isoformat().replace("+00:00", "Z"),
            action=self._rng.choice(_ACTIONS),
            actor_name=self._rng.choice(("Ada", "Grace")),
            actor_mrn="//captain.api.mondoo.app/users/ada",
            resource="//captain.api.mondoo.app/users/grace",
            message=f"owner added {self._rng.randrange(3)}",
        )
        fuller = replace(event, ip="192.0.2.1", parent=scope.mrn)
        known = self.happened.setdefault(scope, [])
        known.append(Happened(event, fuller, shown_s, self._order))
        while self._weather.strikes(Fault.EVENT_TWIN):
            self._order += 1
            delay_s = 0.0 if punctual else self._rng.choice((0.0, 0.0, 30.0, 200.0))
            known.append(Happened(event, fuller, shown_s + delay_s, self._order))

    def fill(self, scope: Scope, until_s: float, *, punctual: bool) -> None:
        """Let events happen all along: before anybody watches, while all goes wrong until ``until_s``, and after."""
        rng = self._rng
        self.happened[scope] = []
        times = [rng.uniform(-3.2 * 3600, 0) for _ in range(rng.randrange(10))]
        times += [60 * rng.uniform(-180, -174) for _ in range(5)]  # soon too old to be kept
        times += [rng.uniform(0, until_s + 60) for _ in range(rng.choice((4, 8, 16)))]
        if rng.random() < 0.3:
            burst = rng.uniform(0, until_s)
            times += [burst + rng.uniform(0, 3) for _ in range(rng.randrange(10, 25))]
        for at_s in times:
            late_s = 0.0 if punctual or at_s < 0 else self._lateness_s()
            self.record(scope, at_s, at_s + late_s, punctual=punctual)

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        assert order is Order.OLDEST_FIRST
        after: tuple[datetime, int] | None = None
        previous: AuditEvent | None = None
        while True:
            slow = self._weather.strikes(Fault.PAGE_SLOW)
            await self._loop.pause(self._rng.uniform(5, 150) if slow else self._rng.uniform(0.05, 0.5))
            if self._loop.time() < self.down_until_s:
                raise Unavailable("Mondoo does not answer.")
            if self._weather.strikes(Fault.PAGE_FAILS):
                raise self._rng.choice((Unavailable("Mondoo had an error."), NotPermitted("Mondoo said no.")))
            found = self._shown(scope, window, after)
            page = found[:_PAGE]
            newer = self.upgraded_s is not None and self._loop.time() >= self.upgraded_s
            events = [each.fuller if newer else each.event for each in page]
            if previous is not None and events and window.until is None and self._weather.strikes(Fault.PAGE_SHIFTS):
                events.insert(0, previous)
            last = len(found) <= _PAGE
            yield LogPage(events, None, last)
            if last:
                return
            after = (page[-1].event.at, page[-1].order)
            previous = events[-1]

    def _shown(self, scope: Scope, window: Window, after: tuple[datetime, int] | None) -> Sequence[Happened]:
        now_s = self._loop.time()
        oldest = START + timedelta(seconds=now_s - KEPT_S)
        found = [
            each
            for each in self.happened.get(scope, ())
            if each.shown_s <= now_s
            and each.event.at in window
            and each.event.at > oldest
            and (after is None or (each.event.at, each.order) > after)
        ]
        return sorted(found, key=lambda each: (each.event.at, each.order))

    def _lateness_s(self) -> float:
        if self._weather.strikes(Fault.EVENT_VERY_LATE):
            return self._rng.uniform(15 * 60, 25 * 60)
        if self._weather.strikes(Fault.EVENT_LATE):
            return self._rng.uniform(10, 6 * 60)
        if self._weather.strikes(Fault.EVENT_AHEAD):
            return -self._rng.uniform(0, 120)
        return self._rng.uniform(0, 5)
