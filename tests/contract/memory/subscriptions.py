"""The subscriptions in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.access import UserId
from bot.domain.deliveries import State
from bot.domain.subscriptions import Draft, Standing, Subscription, SubscriptionId, Terms
from bot.ports import Clock
from bot.waypoints import Waypoint, reached

from .rows import Rows


class MemorySubscriptions:
    """A :class:`~bot.ports.Subscriptions`; see :class:`~.MemoryStore`."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def add(self, draft: Draft, now: datetime) -> Subscription:
        for subscription in self._rows.subscriptions.values():
            if subscription.key == draft.key:
                return subscription
        self._rows.last_subscription += 1
        known = [self._rows.watch(scope, now).health for scope in draft.terms.scopes]
        added = Subscription(
            id=SubscriptionId(self._rows.last_subscription),
            key=draft.key,
            origin=draft.origin,
            terms=draft.terms,
            owner=draft.owner,
            created=now,
            version=1,
            last_slot=now,
            covered_until=min([now, *(each.watched_since for each in known if each.last_read is None)]),
            last_posted=now,
            cursors={each.scope: each.entries for each in known},
        )
        self._rows.subscriptions[added.id] = added
        reached(Waypoint.SUBSCRIPTION_SAVED)
        return added

    async def all(self) -> Sequence[Subscription]:
        return list(self._rows.subscriptions.values())

    async def change(self, subscription: SubscriptionId, terms: Terms, owner: UserId | None, *, version: int) -> bool:
        old = self._rows.subscriptions.get(subscription)
        if old is None or old.version != version:
            return False
        now = self._clock.now()
        cursors = {scope: old.cursors.get(scope, self._rows.watch(scope, now).health.entries) for scope in terms.scopes}
        self._rows.subscriptions[subscription] = replace(
            old, terms=terms, owner=owner, cursors=cursors, version=version + 1
        )
        if old.standing is Standing.STOPPED and old.terms != terms:
            changed = self._rows.subscriptions[subscription]
            self._rows.subscriptions[subscription] = replace(changed, standing=Standing.ACTIVE, reason="")
            self._retry(subscription)
        self._rows.move(subscription, now)
        reached(Waypoint.SUBSCRIPTION_SAVED)
        return True

    async def set_standing(self, subscription: SubscriptionId, standing: Standing, reason: str) -> bool:
        old = self._rows.subscriptions.get(subscription)
        if old is None:
            return False
        self._rows.subscriptions[subscription] = replace(old, standing=standing, reason=reason, version=old.version + 1)
        if standing is Standing.ACTIVE:
            self._retry(subscription)
        reached(Waypoint.SUBSCRIPTION_SAVED)
        return True

    async def remove(self, subscription: SubscriptionId) -> bool:
        self._rows.lanes.pop(subscription, None)
        return self._rows.subscriptions.pop(subscription, None) is not None

    def _retry(self, subscription: SubscriptionId) -> None:
        for part in self._rows.lanes.get(subscription, ()):
            if part.state is State.FAILED:
                part.state, part.form = State.PENDING, 0
                part.since = part.due = self._clock.now()
