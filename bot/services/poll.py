"""Which scopes to read now: those whose last read is old, and those that a digest waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.digests import ScopeHealth
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Subscription
from bot.ports import Agenda

_ASKEW = timedelta(minutes=5)
"""How far the clocks of two machines may differ: an attempt further in the future means that ours was set back."""
_MOST = 1_000
"""As many as can be read until the next look, and more."""


async def due(agenda: Agenda, now: datetime, interval: timedelta) -> list[ScopeHealth]:
    """The sources to read now, the one that has waited longest first; only those that somebody subscribes to.

    A paused subscription counts: what becomes known meanwhile waits for it. Of very many, those that have waited
    longest.

    Raises:
        StoreError: the store cannot be used.
    """
    late = await agenda.reads(now - interval, now + max(interval, _ASKEW), _MOST)
    waiting = await agenda.digests(now, now + _ASKEW)
    slots = _slots(waiting.subscriptions, now)
    found = {each.scope: each for each in late}
    for scope, slot in slots.items():
        last = waiting.health[scope].last_attempt
        if last is None or last < slot:
            found.setdefault(scope, waiting.health[scope])
    return sorted(found.values(), key=lambda each: each.last_attempt or each.watched_since)


def _slots(subscriptions: Sequence[Subscription], now: datetime) -> dict[Scope, datetime]:
    """The latest slot that a digest of a scope waits for a read of, where one does."""
    slots: dict[Scope, datetime] = {}
    for each in subscriptions:
        schedule = each.terms.schedule
        if schedule is None or schedule.following(each.last_slot) > now:
            continue
        slot = schedule.latest(now)
        for scope in each.terms.scopes:
            slots[scope] = max(slot, slots.get(scope, slot))
    return slots
