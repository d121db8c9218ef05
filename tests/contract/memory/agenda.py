"""What there is to do, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.digests import ScopeHealth
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Standing, Subscription
from bot.ports import Stock, Untold, Waiting

from .rows import Rows


class MemoryAgenda:
    """An :class:`~bot.ports.Agenda`; see :class:`~.MemoryStore`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def reads(self, before: datetime, after: datetime, most: int) -> Sequence[ScopeHealth]:
        late = [
            each
            for each in self._wanted()
            if each.last_attempt is None or each.last_attempt <= before or each.last_attempt > after
        ]
        return sorted(late, key=lambda each: each.last_attempt or each.watched_since)[:most]

    async def digests(self, now: datetime, after: datetime) -> Waiting:
        found = [
            each
            for each in self._rows.subscriptions.values()
            if each.standing is Standing.ACTIVE and (each.last_slot > after or self._may_tell(each, now))
        ]
        logs = self._rows.logs
        return Waiting(found, {scope: logs[scope].health for each in found for scope in each.cursors})

    async def notices(self, failures: int) -> Untold:
        sources = [
            each
            for each in (log.health for log in self._rows.logs.values())
            if (each.failures == 0 if each.told else each.failures >= failures)
        ]
        scopes = {each.scope for each in sources}
        everybody = self._rows.subscriptions.values()
        return Untold(
            sources,
            [each for each in everybody if not scopes.isdisjoint(each.cursors)],
            [each for each in everybody if each.standing is Standing.STOPPED],
        )

    async def stock(self) -> Stock:
        oldest = min((each.last_read or each.watched_since for each in self._wanted()), default=None)
        everybody = self._rows.subscriptions.values()
        return Stock(oldest, [each.id for each in everybody if each.standing is Standing.STOPPED])

    def _wanted(self) -> list[ScopeHealth]:
        wanted: set[Scope] = {scope for each in self._rows.subscriptions.values() for scope in each.cursors}
        return [log.health for scope, log in self._rows.logs.items() if scope in wanted]

    def _may_tell(self, subscription: Subscription, now: datetime) -> bool:
        if subscription.terms.schedule is not None:
            return subscription.terms.schedule.following(subscription.last_slot) <= now
        return any(self._rows.logs[scope].health.entries > told for scope, told in subscription.cursors.items())
