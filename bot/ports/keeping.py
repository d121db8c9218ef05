"""What keeps things: each a role of the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # who needs one boundary, as the command line does, need not load what all of them are about
    from bot.domain.access import UserId
    from bot.domain.deliveries import Backlog, Delivery, Parcel
    from bot.domain.digests import Digest, Entry, ScopeHealth
    from bot.domain.fingerprints import Core, Known, Sighting
    from bot.domain.mutes import Mute, MuteId, MuteTerms
    from bot.domain.query import Window
    from bot.domain.scopes import Scope
    from bot.domain.settlements import Settlement
    from bot.domain.subscriptions import Draft, Standing, Subscription, SubscriptionId, Terms
    from bot.domain.uses import Use


@dataclass(frozen=True, slots=True)
class Claim:
    """A scope that this process alone reads, until its lease ends or somebody claims it after that."""

    scope: Scope
    fence: int
    health: ScopeHealth
    """As it was at the claim."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A complete read of a scope, ready to be recorded."""

    began: datetime
    window: Window
    pages: int
    events: int
    """All that were read, known or new."""
    watermark: datetime
    deep: bool
    """Whether it looked back as far as a deep scan does."""


class Ledger(Protocol):
    """What is known of each scope, and how its reading goes. A scope's entries are numbered without gaps."""

    async def watch(self, scopes: Collection[Scope], since: datetime) -> None:
        """Know these scopes from now on, as watched since the second of that moment.

        One that is known already stays as it is; but where nobody subscribes to it any more, and it was read, it begins
        anew: what happened meanwhile is not told. It is never told twice either, since what is known stays known.
        """

    async def health(self) -> Sequence[ScopeHealth]:
        """How the reading of each known scope goes, in the order in which they became known."""

    async def claim(self, scope: Scope, fence: int, lease: timedelta, began: datetime | None = None) -> Claim | None:
        """The scope for this process alone; None where somebody else has it, or had it since ``fence`` was seen.

        ``began`` is what its last attempt is said to be, by the clock that asks when the next one is due.
        What an earlier claim had staged and not committed is gone.
        """

    async def known(self, scope: Scope, cores: Collection[Core]) -> Known:
        """How many events are known of each core, by variant; cores of which none is known are left out."""

    async def stage(self, claim: Claim, sightings: Sequence[Sighting], lease: timedelta) -> None:
        """Keep new events out of sight until the commit, and hold the scope for longer; empty just holds it.

        Raises:
            Superseded: somebody else has claimed the scope.
        """

    async def commit(self, claim: Claim, reading: Reading, sightings: Sequence[Sighting]) -> int:
        """Record a complete read in one transaction, and let go of the scope; gives the number of its last entry.

        What was staged, and after it these, become entries: those before ``watched_since`` at the first complete read
        are only remembered, and have no number. One that is known, or comes twice, is passed over. The watermark never
        moves back.

        Raises:
            Superseded: somebody else has claimed the scope; nothing is recorded.
        """

    async def fail(self, claim: Claim, reason: str) -> None:
        """Record a read that failed, and let go of the scope; nothing happens where somebody else has claimed it."""

    async def entries(self, scope: Scope, after: int, limit: int) -> Sequence[Entry]:
        """A scope's entries with numbers above ``after``, in their order, at most ``limit``."""

    async def recall(
        self, scope: Scope, window: Window, *, limit: int, by: str = "", about: str = ""
    ) -> Sequence[Entry]:
        """A scope's entries whose events lie in the window, the latest event first, at most ``limit``.

        With ``by`` only those of which that is the actor's MRN, with ``about`` those of which it is the resource. What
        it costs follows what is given, not what is known. Empty where the scope is not known.
        """

    async def prune(self, keep: timedelta, most: int) -> int:
        """Forget up to ``most`` events that lie so long before their scope's watermark, and runs as old.

        Entries that an active or stopped subscription was not told of yet are kept. Gives how many were forgotten; no
        read of a scope begins before what it kept.
        """


class Subscriptions(Protocol):
    """Who wants to be told what."""

    async def add(self, draft: Draft, now: datetime) -> Subscription:
        """Store a subscription; it is told of entries from now on. One with the same key is given as it is.

        Where a scope of it was not read yet, its first digest covers the time since which that is watched.
        """

    async def all(self) -> Sequence[Subscription]:
        """Every subscription, by number."""

    async def change(self, subscription: SubscriptionId, terms: Terms, owner: UserId | None, *, version: int) -> bool:
        """Give it other terms and another owner; False where it was changed since.

        A scope that is new to it is told of from now on. With other terms one that was stopped is active again. What
        waits goes to the new channel, but for what may have been sent to the old one: that is looked up there first.
        """

    async def set_standing(self, subscription: SubscriptionId, standing: Standing, reason: str) -> bool:
        """Pause, stop or resume it; False where it is gone. Parts that failed are pending again when it resumes."""

    async def remove(self, subscription: SubscriptionId) -> bool:
        """Forget it and what it had waiting; False where it is gone."""


class Outbox(Protocol):
    """What is to be posted, and what became of it."""

    async def file(self, digest: Digest, parcel: Parcel | None, slot: datetime) -> bool:
        """Record in one transaction that a slot was dealt with: its parcel, if any, the cursors, the slot.

        Slot and end of the digest are noted as they are, since an earlier one may come from a clock that was ahead. The
        subscription is covered until the digest's end then, unless more is waiting. What the digest counts as muted
        is told with the parcel; without one it is kept for the next.
        False, and nothing recorded, where the subscription has changed since or somebody else was first.
        """

    async def notify(self, parcels: Sequence[Parcel], *, told: Scope | None = None, down: bool = False) -> bool:
        """File notices in one transaction, each once for its id.

        With ``told``, that scope's channels count as told of its failure (``down``) or of its recovery; False, and
        nothing is filed, where they were told already.
        """

    async def claim(self, lease: timedelta) -> Delivery | None:
        """The part that waited longest of those that may be dealt with now, for this process alone.

        A subscription's parts come one after the other, in their order; those of one that is not active wait. About
        one message a second goes to a channel. A part that somebody was sending when their lease ended, or that this
        process was not sending though nobody else can be, is given as uncertain, to be looked up.
        """

    async def settle(self, delivery: Delivery, settlement: Settlement) -> bool:
        """Note what became of a part, and stop its subscription with it if it is at work and that is to be.

        A subscription that goes to another channel meanwhile is not stopped; what it has to tell goes there.
        False, and nothing noted, where the claim has ended.
        """

    async def waiting(self) -> Sequence[Backlog]:
        """What is not delivered yet, by channel and subscription."""


class Mutes(Protocol):
    """Which events digests and alerts leave out."""

    async def add(self, terms: MuteTerms, by: UserId, now: datetime) -> Mute:
        """Store a rule; it holds from now on."""

    async def all(self) -> Sequence[Mute]:
        """Every rule that nobody has lifted, by number; those whose end has come too."""

    async def lift(self, mute: MuteId) -> bool:
        """Forget a rule; False where it is gone."""

    async def prune(self, before: datetime) -> int:
        """Forget the rules that ended before then; gives how many they were."""


class Uses(Protocol):
    """A record of what the bot was asked for."""

    async def record(self, use: Use) -> None:
        """Keep a use."""

    async def recent(self, limit: int) -> Sequence[Use]:
        """The last ones to be recorded, at most ``limit``, the latest first."""

    async def prune(self, before: datetime, most: int) -> int:
        """Forget up to ``most`` uses from before then; gives how many were forgotten."""


class Preferences(Protocol):
    """What people asked for last, to be offered to them again."""

    async def last(self, user: UserId) -> str | None:
        """The text of the command that their last search window came to; None where they had none."""

    async def remember(self, user: UserId, text: str) -> None:
        """Keep that text, of at most 4,000 characters, in place of the one before."""
