"""Tell of events what earlier ones make of them, as far as those were collected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from bot.domain.digests import ScopeHealth
from bot.domain.events import AuditEvent, Risk
from bot.domain.query import Window
from bot.domain.scopes import Scope
from bot.domain.stories import BRIEF, Collected, Story, stories_of
from bot.ports import Ledger

_SECOND = timedelta(seconds=1)
_RANKS = {risk: rank for rank, risk in enumerate(Risk)}


class Context:
    """Finds stories in the ledger.

    ``keep`` is how long events are kept there. Of many events the ``most`` risky are looked into, and where somebody
    has done more than ``limit`` things, nothing is said of what they did first.
    """

    def __init__(self, ledger: Ledger, keep: timedelta, *, most: int = 20, limit: int = 500) -> None:
        self._ledger = ledger
        self._keep = keep
        self._most = most
        self._limit = limit

    async def stories(self, events: Iterable[AuditEvent], health: Mapping[Scope, ScopeHealth]) -> list[Story]:
        """What there is to tell of the events, those of low risk left out.

        Raises:
            StoreError: the ledger cannot be used.
        """
        chosen = sorted((each for each in events if each.risk is not Risk.LOW), key=lambda each: _RANKS[each.risk])
        found: list[Story] = []
        for event in chosen[: self._most]:
            if event.scope in health:
                found += await self._of(event, health[event.scope])
        return found

    async def about(self, event: AuditEvent) -> list[Story]:
        """What there is to tell of one event.

        Raises:
            StoreError: the ledger cannot be used.
        """
        return await self.stories([event], {each.scope: each for each in await self._ledger.health()})

    async def _of(self, event: AuditEvent, health: ScopeHealth) -> list[Story]:
        collected = self._collected(health)
        known: dict[int, AuditEvent] = {}
        if event.resource:
            known |= await self._known(event, BRIEF, about=event.resource)
        if event.actor_mrn and event.risk is Risk.HIGH and collected.since < event.at:
            by_actor = await self._known(event, event.at - collected.since, by=event.actor_mrn)
            if len(by_actor) == self._limit:
                collected = Collected(event.at, began=False)  # too much to know what came first
            known |= by_actor
        others = list(known.values())
        if event in others:
            others.remove(event)
        return stories_of(event, others, collected)

    async def _known(
        self, event: AuditEvent, back: timedelta, *, by: str = "", about: str = ""
    ) -> dict[int, AuditEvent]:
        """What somebody did, or what was done to something, so long before an event and in its second, by number."""
        try:
            window = Window(event.at - back, event.at + _SECOND)
        except OverflowError:  # at either end of time nothing has a past
            return {}
        entries = await self._ledger.recall(event.scope, window, limit=self._limit, by=by, about=about)
        return {each.number: each.event for each in entries}

    def _collected(self, health: ScopeHealth) -> Collected:
        """Since when all events are known: the first read's beginning, or as far back as nothing is forgotten."""
        kept = None if health.watermark is None else health.watermark - self._keep
        if kept is None or kept <= health.watched_since:
            return Collected(health.watched_since, began=True)
        return Collected(kept, began=False)
