"""Which scopes to read now: those whose last read is old, and those that a digest waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.digests import ScopeHealth
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Standing, Subscription

_ASKEW = timedelta(minutes=5)
"""How far the clocks of two machines may differ: an attempt further in the future means that ours was set back."""


def due(
    sources: Sequence[ScopeHealth], subscriptions: Sequence[Subscription], now: datetime, interval: timedelta
) -> list[ScopeHealth]:
    """The sources to read now, the one that has waited longest first; only those that somebody subscribes to.

    A paused subscription counts: what becomes known meanwhile waits for it.
    """
    slots = _slots(subscriptions, now)
    waiting = [each for each in sources if each.scope in slots and _is_due(each, slots[each.scope], now, interval)]
    return sorted(waiting, key=lambda each: each.last_attempt or each.watched_since)


def _slots(subscriptions: Sequence[Subscription], now: datetime) -> dict[Scope, datetime | None]:
    """Every scope that is subscribed to, with the latest slot that a digest of it waits for a read of, if any."""
    slots: dict[Scope, datetime | None] = {}
    for each in subscriptions:
        schedule = each.terms.schedule
        waits = schedule is not None and each.standing is Standing.ACTIVE and schedule.following(each.last_slot) <= now
        slot = schedule.latest(now) if schedule is not None and waits else None
        for scope in each.terms.scopes:
            before = slots.get(scope)
            slots[scope] = slot if before is None or (slot is not None and slot > before) else before
    return slots


def _is_due(source: ScopeHealth, slot: datetime | None, now: datetime, interval: timedelta) -> bool:
    last = source.last_attempt
    if last is None or now - last >= interval or last - now > max(interval, _ASKEW):
        return True
    return slot is not None and last < slot
