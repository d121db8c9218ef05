"""The methods that write messages: https://docs.slack.dev/reference/methods?family=chat."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.sandbox.slack import cast
from bot.sandbox.slack.channels import Channel, Kind
from bot.sandbox.slack.content import (
    MAX_EDITED_TEXT,
    MAX_POSTED_TEXT,
    Content,
    ContentRules,
    accept_metadata,
)
from bot.sandbox.slack.errors import RateLimitedError, RefusedError
from bot.sandbox.slack.ids import Ts, UserId
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.rate_limits import Tier
from bot.sandbox.slack.shapes import Json
from bot.sandbox.slack.web_api.arguments import Arguments
from bot.sandbox.slack.web_api.lookups import standing_message, visible_channel
from bot.sandbox.slack.web_api.method import Method

_WRITE: Final = ("chat:write",)


def post_message(app: Installation, args: Arguments) -> Json:
    """Posts a message. A user's id as channel means the direct messages with that user."""
    channel = _writable_channel(app, args.required("channel"))
    wait_s = app.rate_limits.take(f"post {channel.id}", Tier.POSTING, app.settings.rate_factor)
    if wait_s is not None:
        raise RateLimitedError(wait_s)
    content = _content(app, args, MAX_POSTED_TEXT)
    message = Message(
        channel=channel.id,
        ts=app.workspace.timelines.next_ts(channel.id),
        user=cast.BOT_USER,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        thread_ts=thread_of(app, channel, args),
        bot_id=cast.BOT,
        app_id=cast.APP,
        metadata=accept_metadata(args.structure("metadata", "invalid_metadata_format")),
        is_broadcast=args.flag("reply_broadcast"),
        is_mrkdwn=args.flag("mrkdwn", default=True),
    )
    app.workspace.post(message, "chat.postMessage")
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": app.transcript.message(message, with_metadata=True),
    }


def post_ephemeral(app: Installation, args: Arguments) -> Json:
    """Posts a message that one person sees, who must be in the channel."""
    channel = _writable_channel(app, args.required("channel"))
    user = UserId(args.required("user"))
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    content = _content(app, args, MAX_POSTED_TEXT)
    message = Message(
        channel=channel.id,
        ts=app.workspace.timelines.next_ts(channel.id),
        user=cast.BOT_USER,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        thread_ts=thread_of(app, channel, args),
        bot_id=cast.BOT,
        app_id=cast.APP,
        ephemeral_for=user,
    )
    app.workspace.post(message, "chat.postEphemeral")
    return {"message_ts": message.ts}


def update(app: Installation, args: Arguments) -> Json:
    """Edits a message of the app. Without `blocks` the text alone remains; without `metadata` it stays."""
    channel = visible_channel(app, args.required("channel"))
    message = standing_message(app, channel, args.required("ts"))
    if message.bot_id != cast.BOT:
        raise RefusedError("cant_update_message")
    if channel.is_archived:
        raise RefusedError("is_inactive")
    content = _content(app, args, MAX_EDITED_TEXT)
    metadata = message.metadata
    if "metadata" in args:
        metadata = accept_metadata(args.structure("metadata", "invalid_metadata_format"))
    edited = replace(
        message,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments if "attachments" in args else message.attachments,
        metadata=metadata,
        edited_ts=app.workspace.timelines.next_ts(channel.id),
    )
    app.workspace.edit(edited, "chat.update")
    shown = app.transcript.message(edited, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": content.text, "message": shown}


def delete(app: Installation, args: Arguments) -> Json:
    """Deletes a message of the app."""
    channel = visible_channel(app, args.required("channel"))
    message = standing_message(app, channel, args.required("ts"))
    if message.bot_id != cast.BOT:
        raise RefusedError("cant_delete_message")
    app.workspace.delete(message, "chat.delete")
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(app: Installation, args: Arguments) -> Json:
    """Gives a link to a message."""
    channel = visible_channel(app, args.required("channel"))
    message = standing_message(app, channel, args.required("message_ts"))
    link = f"https://{cast.TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def thread_of(app: Installation, channel: Channel, args: Arguments) -> Ts | None:
    """Gives the root that the new message answers to, or None.

    Raises:
        RefusedError: `cannot_reply_to_message`; a reply cannot be answered, only its root.
    """
    if "thread_ts" not in args:
        return None
    root = app.workspace.timelines.get(channel.id, args.text("thread_ts"))
    if root is None or root.is_deleted or root.ephemeral_for is not None or root.is_reply:
        raise RefusedError("cannot_reply_to_message")
    return root.ts


def _content(app: Installation, args: Arguments, max_text: int) -> Content:
    if "markdown_text" in args and ("text" in args or "blocks" in args):
        raise RefusedError("markdown_text_conflict")
    text, blocks = args.text("text"), args.structure("blocks", "invalid_blocks_format")
    if "markdown_text" in args:
        blocks = [{"type": "markdown", "text": args.text("markdown_text")}]
    rules = ContentRules(max_text, app.settings.refused_blocks)
    attachments = args.structure("attachments", "invalid_attachments")
    return rules.accept(text, blocks, attachments, app.workspace.mint)


def _writable_channel(app: Installation, name: str) -> Channel:
    user = app.workspace.people.get(UserId(name))
    if user is not None and user.is_active:
        name = app.workspace.open_direct_channel(user.id).id
    by_name = app.workspace.channel_named(name.removeprefix("#"))
    channel = visible_channel(app, by_name.id if by_name is not None else name)
    if channel.is_archived:
        raise RefusedError("is_archived")
    if channel.kind is Kind.DIRECT and not app.manifest.has_messages_tab:
        raise RefusedError("messages_tab_disabled")
    if cast.BOT_USER not in channel.members and "chat:write.public" not in app.manifest.scopes:
        raise RefusedError("not_in_channel")
    if channel.posting_restricted:
        raise RefusedError("restricted_action")
    return channel


METHODS: Final = {
    "chat.postMessage": Method(post_message, Tier.SPECIAL, _WRITE),
    "chat.postEphemeral": Method(post_ephemeral, Tier.FOUR, _WRITE),
    "chat.update": Method(update, Tier.THREE, _WRITE),
    "chat.delete": Method(delete, Tier.THREE, _WRITE),
    "chat.getPermalink": Method(get_permalink, Tier.SPECIAL),
}
