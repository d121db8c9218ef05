"""Collect what is new in a scope: one read serves everybody who subscribes to it.

A read begins well before the watermark, since events arrive late and out of order, and once a day far before it. Events
are compared with those that are known, a whole second at a time. Only after the last page is anything recorded, in one
transaction: the new events, the watermark, the read itself. So a read that fails half-way leaves no trace but the fact.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from bot.domain.digests import ScopeHealth
from bot.domain.errors import BadResponse, Superseded, UpstreamError, UserError
from bot.domain.events import AuditEvent
from bot.domain.fingerprints import Sighting, core_of, grouped, sift
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.ports import AuditLog, Claim, Clock, Ledger, LogPage, Reading
from bot.services.heartbeat import beating
from bot.services.search import clause
from bot.waypoints import Waypoint, reached

_SECOND = timedelta(seconds=1)
_SIGNS = 4
"""Signs of life, at the least, in the time for which a scope is held without one."""


@dataclass(frozen=True, slots=True)
class LookBack:
    """How far a read goes back before the watermark, and how it is held."""

    overlap: timedelta = timedelta(minutes=15)
    deep: timedelta = timedelta(hours=48)
    deep_every: timedelta = timedelta(hours=24)
    lease: timedelta = timedelta(minutes=2)
    """After how long without a sign of life somebody else may read the scope."""
    most_held: int = 2_000
    """New events to hold in memory before they are staged."""


@dataclass(frozen=True, slots=True)
class Collected:
    """How a read ended: what was new, or why it failed."""

    scope: Scope
    new: int = 0
    reason: str = ""


class Collector:
    """Reads scopes, each at most once at a time whatever the number of processes."""

    def __init__(self, ledger: Ledger, log: AuditLog, clock: Clock, look_back: LookBack | None = None) -> None:
        self._ledger = ledger
        self._log = log
        self._clock = clock
        self._look_back = look_back or LookBack()

    async def collect(self, health: ScopeHealth) -> Collected | None:
        """Read a scope to its end and record what is new; None where somebody else reads it, or has since ``health``.

        A read that fails is recorded as such and does not raise; neither does one that somebody else has taken over.

        Raises:
            StoreError: the ledger cannot be used.
        """
        claim = await self._ledger.claim(health.scope, health.fence, self._look_back.lease, self._clock.now())
        if claim is None:
            return None
        reached(Waypoint.SCOPE_CLAIMED)
        try:
            return await self._read(claim)
        except Superseded:
            return None
        except (UpstreamError, UserError) as error:
            reason = clause(error)
            await self._ledger.fail(claim, reason)
            return Collected(claim.scope, reason=reason)

    async def _read(self, claim: Claim) -> Collected:
        began = self._clock.now()
        deep = self._is_deep(claim.health, began)
        window = Window(self._since(claim.health, began, deep=deep))
        run = _Run(claim, self._ledger, self._clock, self._look_back)
        async with aclosing(self._seconds(claim.scope, window, run)) as pieces:
            async for events in pieces:
                groups = grouped(events)
                new = sift(groups, await self._ledger.known(claim.scope, groups.keys()))
                reached(Waypoint.EVENTS_COMPARED)
                await run.take(await self._verified(claim.scope, new, run))
        reached(Waypoint.LAST_PAGE_READ)
        reading = Reading(
            began=began,
            window=window,
            pages=run.pages,
            events=run.events,
            watermark=_watermark(claim.health, run.latest, began),
            deep=deep,
        )
        await self._ledger.commit(claim, reading, run.held)
        return Collected(claim.scope, run.new)

    def _is_deep(self, health: ScopeHealth, now: datetime) -> bool:
        """Whether a deep scan is due; those of many scopes are spread over the last tenth of the time between two."""
        last = health.last_deep_scan
        if last is None or last > now + self._look_back.deep_every:
            return True
        share = crc32(f"{health.scope.region.value}|{health.scope.mrn}".encode()) % 100 / 1000
        return now - last >= self._look_back.deep_every * (1 - share)

    def _since(self, health: ScopeHealth, now: datetime, *, deep: bool) -> datetime:
        """Where the read begins: at a whole second, so that each second in the window is in it whole.

        Before what is remembered lies only what would be taken for new.
        """
        known = health.watched_since if health.watermark is None else min(health.watermark, now)
        since = (known - (self._look_back.deep if deep else self._look_back.overlap)).replace(microsecond=0)
        return since if health.remembered_since is None else max(since, health.remembered_since)

    async def _seconds(self, scope: Scope, window: Window, run: _Run) -> AsyncGenerator[list[AuditEvent]]:
        """The events of the window, in pieces that hold each of their seconds whole."""
        pending: list[AuditEvent] = []
        last = False
        async with self._pages(scope, window, run) as pages:
            async for page in pages:
                reached(Waypoint.PAGE_READ)
                run.note(page.events)
                await run.hold_on()
                pending += page.events
                last = page.last
                if last:
                    break
                whole, pending = _split(pending)
                if whole:
                    yield whole
        if not last:
            raise BadResponse("the log ended without a last page")
        if pending:
            yield pending

    @asynccontextmanager
    async def _pages(self, scope: Scope, window: Window, run: _Run) -> AsyncGenerator[AsyncGenerator[LogPage]]:
        """The pages of the window, and a sign of life now and then for as long as none arrives."""
        async with (
            aclosing(self._log.read(scope, window, Order.OLDEST_FIRST)) as pages,
            aclosing(beating(pages, self._look_back.lease / _SIGNS, run.sign)) as signed,
        ):
            yield signed

    async def _verified(self, scope: Scope, sightings: Sequence[Sighting], run: _Run) -> Sequence[Sighting]:
        """The new events without those that only a page which shifted has shown twice.

        An event that equals another is believed after a second read of its time has shown as many of them.
        """
        twins = [sighting for sighting in sightings if sighting.occurrence > 1]
        if not twins:
            return sightings
        first = min(_second(sighting.event) for sighting in twins)
        window = Window(first, max(_second(sighting.event) for sighting in twins) + _SECOND)
        wanted = {sighting.core: 0 for sighting in twins}
        async with self._pages(scope, window, run) as pages:
            async for page in pages:
                for core in map(core_of, page.events):
                    if core in wanted:
                        wanted[core] += 1
        reached(Waypoint.TWINS_VERIFIED)
        return [each for each in sightings if each.occurrence == 1 or each.occurrence <= wanted[each.core]]


class _Run:
    """One read of a scope, as far as it has come: what it counted, and the new events that are not staged yet."""

    def __init__(self, claim: Claim, ledger: Ledger, clock: Clock, look_back: LookBack) -> None:
        self.pages = 0
        self.events = 0
        self.new = 0
        self.latest: datetime | None = None
        self.held: list[Sighting] = []
        self._claim = claim
        self._ledger = ledger
        self._clock = clock
        self._look_back = look_back
        self._signed = clock.now()

    def note(self, events: Sequence[AuditEvent]) -> None:
        self.pages += 1
        self.events += len(events)
        if events:
            self.latest = events[-1].at if self.latest is None else max(self.latest, events[-1].at)

    async def hold_on(self) -> None:
        """Give a sign of life now and then, so that nobody takes a long read for a dead one."""
        if not timedelta(0) <= self._clock.now() - self._signed < self._look_back.lease / _SIGNS:
            await self.sign()

    async def sign(self) -> None:
        """Give a sign of life."""
        await self._stage(())

    async def take(self, new: Sequence[Sighting]) -> None:
        self.new += len(new)
        self.held += new
        if len(self.held) >= self._look_back.most_held:
            await self._stage(self.held)
            self.held = []

    async def _stage(self, sightings: Sequence[Sighting]) -> None:
        self._signed = self._clock.now()
        await self._ledger.stage(self._claim, sightings, self._look_back.lease)


def _split(events: list[AuditEvent]) -> tuple[list[AuditEvent], list[AuditEvent]]:
    """The events before the last one's second, and those of it, of which more may follow."""
    if not events:
        return [], []
    last = _second(events[-1])
    at = next(index for index, event in enumerate(events) if _second(event) == last)
    return events[:at], events[at:]


def _second(event: AuditEvent) -> datetime:
    return event.at.replace(microsecond=0)


def _watermark(health: ScopeHealth, latest: datetime | None, began: datetime) -> datetime:
    """Up to when events are known: the latest of them, since logs are behind our clock by an unknown time.

    An event from the future counts as one of now, or it would hide what happens until then.
    """
    before = health.watched_since if health.watermark is None else health.watermark
    return before if latest is None else max(before, min(latest, began))
