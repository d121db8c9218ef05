"""How the bot itself is doing: what ``/mondoo-audit status`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deliveries import Backlog
from bot.domain.digests import ScopeHealth
from bot.domain.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Status:
    """The bot's own state, as far as somebody may see it."""

    at: datetime
    sources: Sequence[ScopeHealth]
    subscriptions: Sequence[Subscription]
    backlog: Sequence[Backlog]
    """What waits to be posted, by channel."""
    locked: str = ""
    """Why nothing can be posted anywhere; empty where that is not so."""
