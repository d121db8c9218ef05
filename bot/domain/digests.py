"""Digests: what a subscription tells its channel, from which messages are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NewType

from bot.domain.events import AuditEvent
from bot.domain.mutes import MuteId
from bot.domain.scopes import Scope
from bot.domain.stories import Story
from bot.domain.subscriptions import Mode, Subscription

DigestId = NewType("DigestId", str)
"""26 characters that mean nothing to a reader; the same for the same digest, whoever makes it, however often."""

LATE_FOR_AN_ALERT = timedelta(minutes=15)
"""Logs show most events within seconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the ledger: the ``number``-th of its scope that became known, from 1."""

    number: int
    event: AuditEvent
    known_at: datetime
    """When the read that found it began."""


@dataclass(frozen=True, slots=True)
class ScopeHealth:
    """How the reading of a scope goes."""

    scope: Scope
    fence: int
    """Grows with every claim."""
    watched_since: datetime
    """Events before this moment were there before anybody subscribed."""
    watermark: datetime | None
    """The latest time up to which events are known; None before the first complete read."""
    entries: int
    """The number of its last entry; 0 where there is none."""
    last_read: datetime | None
    """When its last complete read began; None before the first."""
    last_attempt: datetime | None
    last_deep_scan: datetime | None
    failures: int
    """Failed reads in a row."""
    reason: str
    """Why the last read failed, as a clause; empty where it did not."""
    told: bool
    """Whether channels were told that it cannot be read."""
    gap_since: datetime | None
    """The last complete read before the failures that were told of; None where there are none."""
    remembered_since: datetime | None = None
    """Every known event from then on is remembered; one from before it may be known, and not be remembered.

    None before the first complete read.
    """

    def lag(self, now: datetime) -> timedelta | None:
        """How old what is known is; None before the first complete read."""
        return None if self.last_read is None else max(now - self.last_read, timedelta(0))


@dataclass(frozen=True, slots=True)
class Source:
    """One scope of a digest: what it covers of it, and how surely."""

    health: ScopeHealth
    after: int
    """The number of the last entry that was told before."""
    upto: int
    """The number of the last entry that this digest looks at."""
    forgotten: int = 0
    """How many entries between these are not kept any more, since the subscription was paused for so long."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What became known since the last one, for one subscription."""

    id: DigestId
    subscription: Subscription
    created: datetime
    since: datetime
    """What the last one had covered; of the first one, the moment of subscription."""
    until: datetime
    """What this one covers: the earliest of its scopes' last complete reads."""
    sources: Sequence[Source]
    entries: Sequence[Entry]
    """Those that the subscription wants and nobody has muted, oldest first within a scope."""
    looked_at: int
    """New entries of its scopes, wanted or not."""
    more: bool = False
    """Whether more is waiting than fits one digest: the next one follows at once."""
    stories: Sequence[Story] = ()
    """What earlier events make of its own, as far as they were collected."""
    muted: Mapping[MuteId, int] = field(default_factory=dict)
    """How many that the subscription wants were left out, by the rule that mutes them.

    Those of earlier digests that were never posted, since all of their events were muted, are counted here: so a muted
    event makes no noise, and yet is never just gone.
    """

    def is_late(self, entry: Entry) -> bool:
        """Whether an event came late: after a digest that had covered its time, or long after it for an alert."""
        if self.subscription.terms.mode is Mode.ALERT:
            return entry.known_at - entry.event.at > LATE_FOR_AN_ALERT
        return entry.event.at < self.since.replace(microsecond=0)  # as exact as logs tell the time

    def told_of(self, entry: Entry) -> list[str]:
        """What the stories say of an event."""
        return [story.words for story in self.stories if story.event == entry.event]

    @property
    def forgotten(self) -> int:
        """How many entries of its scopes it cannot tell of, since they are not kept any more."""
        return sum(source.forgotten for source in self.sources)

    @property
    def late(self) -> int:
        """How many of its events came late."""
        return sum(map(self.is_late, self.entries))


def identify(*parts: str) -> DigestId:
    """The id of what these parts describe: the same parts always give the same id."""
    hashed = blake2b(digest_size=13)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(encoded))
        hashed.update(encoded)
    return DigestId(hashed.hexdigest())


def events_of(entries: Sequence[Entry]) -> tuple[AuditEvent, ...]:
    """The events of some entries, in their order."""
    return tuple(entry.event for entry in entries)
