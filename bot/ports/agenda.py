"""What there is to do: found by the store without a look at all the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # who needs one boundary, as the command line does, need not load what all of them are about
    from bot.domain.digests import ScopeHealth
    from bot.domain.scopes import Scope
    from bot.domain.subscriptions import Subscription, SubscriptionId


@dataclass(frozen=True, slots=True)
class Waiting:
    """Subscriptions that may have something to tell, with how the reading of each of their scopes goes."""

    subscriptions: Sequence[Subscription]
    health: Mapping[Scope, ScopeHealth]


@dataclass(frozen=True, slots=True)
class Untold:
    """What people may have to be told of the bot itself."""

    sources: Sequence[ScopeHealth]
    """Scopes that cannot be read, or can be read again, of which their channels were not told."""
    subscriptions: Sequence[Subscription]
    """Everybody who subscribes to one of these."""
    stopped: Sequence[Subscription]
    """What the bot stopped."""


@dataclass(frozen=True, slots=True)
class Stock:
    """How things stand."""

    oldest: datetime | None
    """When that scope was last read completely that is farthest behind of those that somebody subscribes to.

    Of one that was never read, since when it is watched; None where nobody subscribes to anything.
    """
    stopped: Sequence[SubscriptionId]
    """What the bot stopped."""


class Agenda(Protocol):
    """What there may be to do now, found by indexes: to look costs what is found, not what is stored."""

    async def reads(self, before: datetime, after: datetime, most: int) -> Sequence[ScopeHealth]:
        """At most ``most`` scopes that somebody subscribes to, last tried at ``before`` or earlier, or never.

        Those whose last attempt is later than ``after`` as well: a clock dated it that was wrong. The one that has
        waited longest comes first.
        """

    async def digests(self, now: datetime, after: datetime) -> Waiting:
        """Active subscriptions of which a slot may have come by ``now``, and alerts whose scopes have new entries.

        Those whose last slot is later than ``after`` as well: a clock dated it that was wrong.
        """

    async def notices(self, failures: int) -> Untold:
        """What is to be told of scopes that failed so often in a row, or not any more, and of what was stopped."""

    async def stock(self) -> Stock:
        """How far behind the reading is, and what is stopped. This alone costs what is stored: not to ask often."""
