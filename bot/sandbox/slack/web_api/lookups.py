"""Finding what a call names, as far as the app may see it."""

from __future__ import annotations

from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import ChannelId, UserId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.people import User
from bot.sandbox.slack.web_api.method import require_scope


def visible_channel(app: Installation, name: str) -> Channel:
    """Gives a conversation that the bot can see: public ones, and others it is a member of.

    Raises:
        RefusedError: `channel_not_found`; a private channel without the bot does not exist for it.
    """
    channel = app.workspace.channels.get(ChannelId(name))
    if channel is None or (channel.kind is not Kind.PUBLIC and cast.BOT_USER not in channel.members):
        raise RefusedError("channel_not_found")
    return channel


def readable_channel(app: Installation, name: str, right: str) -> Channel:
    """Gives a conversation about which the app may know something, by the scope `<family>:<right>`.

    Raises:
        RefusedError: `channel_not_found` or `missing_scope`.
    """
    channel = visible_channel(app, name)
    require_scope(app, f"{channel.kind.scope_family}:{right}")
    return channel


def member_channel(app: Installation, name: str, right: str) -> Channel:
    """Gives a conversation that the bot is in.

    Raises:
        RefusedError: `channel_not_found`, `missing_scope` or `not_in_channel`.
    """
    channel = readable_channel(app, name, right)
    if cast.BOT_USER not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def known_user(app: Installation, name: str) -> User:
    """Gives a user of the workspace, or a stranger who shares a channel with it.

    Raises:
        RefusedError: `user_not_found`.
    """
    user = app.workspace.people.get(UserId(name))
    if user is None:
        raise RefusedError("user_not_found")
    return user


def standing_message(app: Installation, channel: Channel, ts: str) -> Message:
    """Gives a message that is there for everybody.

    Raises:
        RefusedError: `message_not_found`, also for ephemeral and deleted messages.
    """
    message = app.workspace.timelines.get(channel.id, ts)
    if message is None or message.is_deleted or message.ephemeral_for is not None:
        raise RefusedError("message_not_found")
    return message
