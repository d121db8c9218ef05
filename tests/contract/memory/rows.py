"""What the store in memory holds: rows, as tables would."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.access import ChannelId
from bot.domain.deliveries import Content, MessageTs, Parcel, State, rest_of
from bot.domain.digests import DigestId, Entry, ScopeHealth
from bot.domain.fingerprints import Core, Sighting, Variant
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Subscription, SubscriptionId

Lane = SubscriptionId | ChannelId
"""What is delivered one after the other: a subscription's parts, or the notices to a channel."""


@dataclass(slots=True)
class Log:
    """A scope's row, and its events: those with a number, and those that the first read remembered without one."""

    health: ScopeHealth
    leased_at: datetime | None = None
    leased_until: datetime | None = None
    """None where nobody has claimed it."""
    staged: list[Sighting] = field(default_factory=list)
    entries: dict[int, tuple[Entry, Sighting]] = field(default_factory=dict)
    remembered: list[Sighting] = field(default_factory=list)
    known: dict[Core, Counter[Variant]] = field(default_factory=dict)
    occurrences: set[tuple[Core, int]] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Part:
    """A part's row."""

    parcel: Parcel
    ordinal: int
    content: Content
    subscription: SubscriptionId | None
    scopes: tuple[Scope, ...]
    first: Part | None
    """The parcel's first part, of those in its thread."""
    filed: datetime
    since: datetime
    """When its wait, or its sender's lease, began: in the future where a clock was set back."""
    due: datetime
    """Before which nobody deals with it: the end of a wait, or of its sender's lease."""
    state: State = State.PENDING
    uncertain: bool = False
    """Whether who claims it has to look it up."""
    fence: int = 0
    attempts: int = 0
    first_attempt: datetime | None = None
    last_attempt: datetime | None = None
    form: int = 0
    looks: int = 0
    labelled: bool = False
    ts: MessageTs | None = None


@dataclass(slots=True)
class Rows:
    """All that is stored."""

    logs: dict[Scope, Log] = field(default_factory=dict)
    subscriptions: dict[SubscriptionId, Subscription] = field(default_factory=dict)
    last_subscription: int = 0
    parcels: set[DigestId] = field(default_factory=set)
    lanes: dict[Lane, list[Part]] = field(default_factory=dict)
    """The parts that are not sent yet, in their order."""
    channels: dict[ChannelId, tuple[datetime, datetime]] = field(default_factory=dict)
    """Since when and until when no message may go to a channel."""

    def watch(self, scope: Scope, since: datetime) -> Log:
        """The log of a scope, which is watched from then on where it was not yet, or nobody subscribes to it."""
        log = self.logs.get(scope)
        if log is None:
            log = self.logs[scope] = Log(_unread(scope, since.replace(microsecond=0)))
        elif log.health.last_attempt is not None and not self._is_wanted(scope):
            anew = _unread(scope, since.replace(microsecond=0))
            log.health = replace(anew, fence=log.health.fence + 1, entries=log.health.entries)
            log.leased_until = None
        return log

    def move(self, subscription: SubscriptionId, now: datetime) -> None:
        """Send what was certainly not sent to where the subscription goes to now."""
        channel = self.subscriptions[subscription].terms.channel
        strays: dict[DigestId, list[Part]] = {}
        for part in self.lanes.get(subscription, ()):
            if part.parcel.channel != channel:
                strays.setdefault(part.parcel.id, []).append(part)
        for parts in strays.values():
            first = parts[0]
            if first.state in (State.SENDING, State.UNKNOWN):
                continue
            begin = first.ordinal
            parcel = replace(first.parcel, channel=channel)
            if begin:
                parcel = replace(parcel, id=rest_of(parcel.id, begin))
                self.parcels.add(parcel.id)
            for part in parts:
                part.parcel, part.ordinal = parcel, part.ordinal - begin
                part.first = None if part is first else first
            first.state, first.form, first.looks, first.first_attempt = State.PENDING, 0, 0, None
            first.since = first.due = now

    def _is_wanted(self, scope: Scope) -> bool:
        return any(scope in each.cursors for each in self.subscriptions.values())


def _unread(scope: Scope, since: datetime) -> ScopeHealth:
    return ScopeHealth(
        scope=scope,
        fence=0,
        watched_since=since,
        watermark=None,
        entries=0,
        last_read=None,
        last_attempt=None,
        last_deep_scan=None,
        failures=0,
        reason="",
        told=False,
        gap_since=None,
    )
