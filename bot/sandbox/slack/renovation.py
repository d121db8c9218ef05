"""What a workspace's people do to a channel that the bot posts to: archive it, share it, show the bot out."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.ids import ChannelId
from bot.sandbox.slack.installation import Installation

ACTS: Final = ("archive", "unarchive", "add-bot", "remove-bot", "share", "unshare", "restrict", "unrestrict")
"""All that can be done to a channel."""


class Renovation:
    """Changes channels, and tells the app as far as it wants to know."""

    def __init__(self, app: Installation) -> None:
        self._workspace = app.workspace
        self._events = Events(app)

    def do(self, channel_id: ChannelId, act: str) -> None:
        """Does one of the acts to a channel.

        Raises:
            LookupError: There is no such act, or no such channel.
        """
        channel = self._workspace.channels[channel_id]
        match act:
            case "archive":
                self._put(channel.archived())
                self._events.archived(channel)
            case "unarchive":
                self._put(channel.archived(is_archived=False))
            case "add-bot":
                self._put(channel.with_member(cast.BOT_USER))
                self._events.joined(channel)
            case "remove-bot":
                self._put(channel.without_member(cast.BOT_USER))
                self._events.removed(channel)
            case "share":
                self._put(replace(channel, connected_team=cast.PARTNER_TEAM))
            case "unshare":
                self._put(replace(channel, connected_team=None))
            case "restrict" | "unrestrict":
                self._put(replace(channel, posting_restricted=act == "restrict"))
            case _:
                raise LookupError(f"channels have no {act!r}")

    def _put(self, channel: Channel) -> None:
        self._workspace.put_channel(channel)
