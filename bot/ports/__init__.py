"""Every boundary of the bot, in one place: what the services need from the world, each as a role.

Adapters fulfil these; the composition root joins them. Those that ask Mondoo or Slack may raise
:class:`~bot.domain.errors.UpstreamError`; those that keep things may raise :class:`~bot.domain.errors.StoreError`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.ports.agenda import Agenda, Stock, Untold, Waiting
from bot.ports.keeping import Claim, Ledger, Mutes, Outbox, Preferences, Reading, Subscriptions, Uses

if TYPE_CHECKING:  # who needs one boundary, as the command line does, need not load what all of them are about
    from bot.domain.access import ChannelId, GroupId, Person, Place, UserId
    from bot.domain.deliveries import Delivery, Look, Outcome, Parcel
    from bot.domain.digests import Digest, ScopeHealth
    from bot.domain.events import AuditEvent
    from bot.domain.query import Order, Window
    from bot.domain.scopes import Scope
    from bot.domain.subscriptions import Subscription

__all__ = [
    "Agenda",
    "AuditLog",
    "Claim",
    "Clock",
    "Composer",
    "Directory",
    "Ledger",
    "LogPage",
    "Messenger",
    "Mutes",
    "Outbox",
    "Preferences",
    "Presence",
    "Reading",
    "Stock",
    "Subscriptions",
    "Untold",
    "Uses",
    "Waiting",
]


class Clock(Protocol):
    """The one source of time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of a log: events in the asked order, all inside the window, none of them on an earlier page."""

    events: Sequence[AuditEvent]
    total: int | None
    """Events in the window as Mondoo counts them now; None where its count is of something else."""
    last: bool
    """Whether nothing follows."""


class AuditLog(Protocol):
    """Mondoo's audit logs, to read."""

    def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        """The window of a log, page by page as they arrive, the last one marked.

        Complete and free of repeats even while events arrive; ties and true twins included. Ends by raising an
        UpstreamError where reading cannot go on: the pages given until then are good.
        """


class Directory(Protocol):
    """Who and where people are in Slack."""

    async def person(self, user: UserId) -> Person:
        """A user's standing and time zone.

        Raises:
            UserError: Slack does not know the user.
        """

    async def place(self, channel: ChannelId) -> Place:
        """What kind of conversation that is. One that the bot cannot see is a private place."""

    async def members(self, group: GroupId) -> frozenset[UserId]:
        """The members of a user group; empty where the group is unknown or disabled."""


class Presence(Protocol):
    """Where the bot itself is in Slack."""

    async def joined(self, channel: ChannelId) -> bool:
        """Whether it is in that conversation at this moment, and so can post there; True where Slack does not say."""


class Messenger(Protocol):
    """Slack's channels, to post to. Nothing is repeated, and nothing is raised: what became of it is the answer."""

    async def post(self, delivery: Delivery) -> Outcome:
        """Post a part, once; in the form that it asks for, and with its id as metadata."""

    async def find(self, delivery: Delivery) -> Look:
        """Look for a part by its id in the channel's history, or in its thread's."""


class Composer(Protocol):
    """Messages from what is to be told. Pure: the same gives the same."""

    def digest(self, digest: Digest) -> Parcel:
        """The digest, or the alert, for its channel."""

    def quiet(self, digest: Digest) -> Parcel:
        """That nothing happened, and that the sources are healthy."""

    def down(self, health: ScopeHealth, channel: ChannelId) -> Parcel:
        """That a scope cannot be read, since when and why."""

    def recovered(self, health: ScopeHealth, channel: ChannelId) -> Parcel:
        """That it can be read again, and the gap that was closed."""

    def stopped(self, subscription: Subscription, owner: UserId) -> Parcel:
        """That a subscription was stopped, why, and how to resume it."""
