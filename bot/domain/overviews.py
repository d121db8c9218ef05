"""What one person's App Home tells: their logs, what was risky there, and what is subscribed to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.digests import Entry, ScopeHealth
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Subscription, SubscriptionId

RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it is of scopes that the person may see."""

    at: datetime
    scopes: Sequence[Scope]
    """Those that they may see, in the settings' order, and others that are watched."""
    health: Mapping[Scope, ScopeHealth]
    """Of those that are watched."""
    risky: Sequence[Entry]
    """What was risky within :data:`RECENT`, the latest first, as far as it was collected."""
    more: bool
    """Whether there was more of it."""
    subscriptions: Sequence[Subscription]
    managed: Collection[SubscriptionId]
    """Those of the subscriptions that the person may manage."""
    subscribable: Sequence[Scope]
    """To what they may subscribe a channel."""
