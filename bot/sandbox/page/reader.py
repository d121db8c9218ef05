"""The person whose eyes the page shows the workspace through: their zone, and what ids are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.page.dates import formatted, moment_of
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.ids import ChannelId, GroupId, UserId
from bot.sandbox.slack.people import User
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader of the workspace; `at` is the conversation that is open, if any."""

    workspace: Workspace
    user: User
    at: ChannelId | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The reader's time zone."""
        return ZoneInfo(self.user.tz)

    @property
    def now(self) -> datetime:
        """The workspace's time in the reader's zone."""
        return self.workspace.clock.now().astimezone(self.zone)

    def moment(self, timestamp: float | str) -> datetime:
        """Gives the moment of epoch seconds, or of a message's `ts`, in the reader's zone.

        Raises:
            ValueError: There is no such moment.
        """
        return moment_of(timestamp, self.zone)

    def date(self, timestamp: float | str, template: str) -> str:
        """Gives a template of date tokens filled in for the reader.

        Raises:
            ValueError: There is no such moment.
        """
        return formatted(self.moment(timestamp), template, self.now)

    def user_name(self, user_id: str) -> str | None:
        """Gives what a user is called, or None if nobody has that id."""
        user = self.workspace.people.get(UserId(user_id))
        return None if user is None else user.real_name

    def group_name(self, group_id: str) -> str | None:
        """Gives the handle of a user group without the @, or None."""
        group = self.workspace.groups.get(GroupId(group_id))
        return None if group is None else group.handle

    def channel_name(self, channel_id: str) -> str | None:
        """Gives a channel's name without the #, None if there is none, and "private" if the reader may not know it."""
        channel = self.workspace.channels.get(ChannelId(channel_id))
        if channel is None:
            return None
        return self.title(channel) if self.may_see(channel) else "private"

    def title(self, channel: Channel) -> str:
        """Gives the words above a conversation: the channel's name, or the other's in direct messages."""
        if channel.kind is not Kind.DIRECT:
            return channel.name
        other = next((member for member in channel.members if member != self.user.id), self.user.id)
        return self.user_name(other) or other

    def may_see(self, channel: Channel) -> bool:
        """Whether the conversation is in the reader's sidebar."""
        return channel in self.workspace.sidebar(self.user.id)
