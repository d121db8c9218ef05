"""Every boundary of the bot, on one screen: what the services need from the world, each as a role.

Adapters fulfil these; the composition root joins them. All methods may raise :class:`~bot.domain.errors.UpstreamError`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.access import ChannelId, GroupId, Person, Place, UserId
from bot.domain.events import AuditEvent
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope


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
