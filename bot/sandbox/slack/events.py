"""The events that the app hears of, if it subscribed to them.

Source: https://docs.slack.dev/reference/events
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.ids import ChannelId, UserId, microseconds, ts_of
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.shapes import Json

_CHANNEL_TYPE: Final = {Kind.PUBLIC: "channel", Kind.PRIVATE: "group", Kind.DIRECT: "im"}
_MESSAGE_EVENT: Final = {
    Kind.PUBLIC: "message.channels",
    Kind.PRIVATE: "message.groups",
    Kind.DIRECT: "message.im",
}


class Events:
    """Tells the app what happened in the workspace."""

    def __init__(self, app: Installation) -> None:
        self._app = app

    def said(self, message: Message) -> None:
        """Tells of a person's message: as `message.*` and, if it mentions the bot, as `app_mention`."""
        channel = self._app.workspace.channels[message.channel]
        if cast.BOT_USER not in channel.members:
            return
        told = self._app.transcript.message(message) | {
            "channel": channel.id,
            "event_ts": message.ts,
            "channel_type": _CHANNEL_TYPE[channel.kind],
        }
        self._app.courier.announce(told, name=_MESSAGE_EVENT[channel.kind])
        if f"<@{cast.BOT_USER}" in message.text:
            self._app.courier.announce(told | {"type": "app_mention"})

    def opened_home(self, user: UserId, channel: ChannelId) -> None:
        """Tells that a person opened the app's home tab."""
        home = self._app.workspace.views.home(user)
        view: Json = {} if home is None else {"view": home.as_slack()}
        self._app.courier.announce(
            {
                "type": "app_home_opened",
                "user": user,
                "channel": channel,
                "tab": "home",
                "event_ts": self._now_ts(),
                **view,
            }
        )

    def archived(self, channel: Channel) -> None:
        """Tells that a channel was archived."""
        kind = "channel_archive" if channel.kind is Kind.PUBLIC else "group_archive"
        self._app.courier.announce(self._about(channel, kind) | {"user": cast.OWNER})

    def joined(self, channel: Channel) -> None:
        """Tells that the bot was added to a channel."""
        self._app.courier.announce(
            self._about(channel, "member_joined_channel")
            | {
                "user": cast.BOT_USER,
                "inviter": cast.OWNER,
                "team": cast.TEAM,
                "channel_type": channel.id[0],
            }
        )

    def removed(self, channel: Channel) -> None:
        """Tells that the bot was removed from a channel."""
        kind = "channel_left" if channel.kind is Kind.PUBLIC else "group_left"
        self._app.courier.announce(self._about(channel, kind) | {"actor_id": cast.OWNER})

    def _about(self, channel: Channel, kind: str) -> Json:
        return {"type": kind, "channel": channel.id, "event_ts": self._now_ts()}

    def _now_ts(self) -> str:
        return ts_of(microseconds(self._app.clock.now()))
