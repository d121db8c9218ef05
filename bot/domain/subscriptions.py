"""Subscriptions: which events of which scopes go to which channel, when, and who looks after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType, assert_never

from bot.domain.access import ChannelId, GroupId, UserId
from bot.domain.events import AuditEvent, Category, Risk
from bot.domain.mutes import MuteId
from bot.domain.query import Filters
from bot.domain.schedules import Interval, Schedule
from bot.domain.scopes import Scope

SubscriptionId = NewType("SubscriptionId", int)
"""The number by which people call it: ``pause 3``."""

DIGEST_FILTERS = Filters(categories=frozenset({Category.MEMBERSHIP, Category.SERVICE_ACCOUNT}))
"""What a digest is about where nobody says: the card's own words."""
HISTORY = timedelta(minutes=15)
"""How long before an alert is made an event has to lie to be none of its business: logs show events a little late."""
ALERT_FILTERS = Filters(risks=frozenset({Risk.HIGH}))
"""What an alert is about where nobody says: an owner granted, a service account or a token created."""
DIGEST_SCHEDULE = Interval(timedelta(minutes=15))
"""When a digest comes where nobody says: soon after something happened, and not at all where nothing did."""


class Mode(Enum):
    """How events are told. The value is the word that commands use."""

    DIGEST = "digest"
    """All that is new, at the times of a schedule."""
    ALERT = "alert"
    """Each as soon as it is collected."""


def usual_filters(mode: Mode) -> Filters:
    """What a subscription is about where nobody says."""
    match mode:
        case Mode.DIGEST:
            return DIGEST_FILTERS
        case Mode.ALERT:
            return ALERT_FILTERS
        case _:
            assert_never(mode)


class Origin(Enum):
    """Where a subscription comes from, and so where it is changed."""

    ENVIRONMENT = "environment"
    FILE = "file"
    SLACK = "slack"


class Standing(Enum):
    """Whether a subscription is at work, and if not, why."""

    ACTIVE = "active"
    PAUSED = "paused"
    """By somebody who may resume it."""
    STOPPED = "stopped"
    """By the bot, since its channel cannot be posted to or Slack refuses what it posts."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is subscribed to.

    Raises:
        ValueError: there is no scope, a digest has no schedule, or an alert has one.
    """

    scopes: tuple[Scope, ...]
    channel: ChannelId
    mode: Mode
    filters: Filters
    zone: str = "UTC"
    """The IANA name of the zone for days and times in its messages' fallback, as well as for its schedule."""
    schedule: Schedule | None = None
    """None for an alert."""
    mention: GroupId | None = None
    """The user group that its messages call for; chosen by whoever manages it, never by data."""
    reassure_after: timedelta | None = None
    """After how long without an event to say that nothing happened; None for never."""

    def __post_init__(self) -> None:
        if not self.scopes:
            raise ValueError("a subscription is to one scope at least")
        if (self.schedule is None) is not (self.mode is Mode.ALERT):
            raise ValueError("a digest has a schedule, and an alert has none")

    def same_as(self, other: Terms) -> bool:
        """Whether both tell the same to the same people at the same times; ``zone`` only spells such times out."""
        return set(self.scopes) == set(other.scopes) and replace(self, scopes=other.scopes, zone=other.zone) == other


@dataclass(frozen=True, slots=True)
class Draft:
    """A subscription that is not stored yet; ``key`` tells it from every other for good."""

    key: str
    origin: Origin
    terms: Terms
    owner: UserId | None = None
    """Who is told in person when it stops; None where the settings name nobody."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as it is stored."""

    id: SubscriptionId
    key: str
    origin: Origin
    terms: Terms
    owner: UserId | None
    created: datetime
    version: int
    """Grows with every change, so that a change which rests on an old reading can be refused."""
    last_slot: datetime
    """The last slot that was dealt with; the moment of creation before the first."""
    covered_until: datetime
    """Up to where its digests have covered its scopes.

    Before the first, the moment of creation, or from when on a scope is told of that was not read before it.
    """
    last_posted: datetime
    """When something was last filed for its channel; the moment of creation before the first."""
    cursors: Mapping[Scope, int]
    """For each of its scopes, the number of the last entry that it was told of."""
    standing: Standing = Standing.ACTIVE
    reason: str = ""
    """Why it is not active, as a sentence."""
    muted: Mapping[MuteId, int] = field(default_factory=dict)
    """How many events were left out since it last told anything, by the rule that mutes them."""

    def wants(self, event: AuditEvent) -> bool:
        """Whether it is to be told of an event, once that is known.

        An alert calls people to what happens now: what happened long before it was made is history.
        """
        if self.terms.mode is Mode.ALERT and event.at < self.created - HISTORY:
            return False
        return self.terms.filters.matches(event)
