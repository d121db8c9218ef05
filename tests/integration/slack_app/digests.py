"""Digests and alerts as the bot posts them, in the sandbox's Slack."""

from __future__ import annotations

from bot.adapters.slack.composer import SlackComposer
from bot.domain.deliveries import Message as Told
from bot.domain.digests import Digest
from bot.domain.scopes import ScopeCatalog
from bot.sandbox.slack import cast
from bot.sandbox.slack.content import ContentRules
from bot.sandbox.slack.ids import ChannelId, Ts
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.views import View

from .harness import Bot

_LONGEST = 40_000


async def posted(bot: Bot, digest: Digest, channel: ChannelId) -> list[Message]:
    """A digest in a channel: its message, and what follows in its thread; the bot need not be there."""
    workspace, root = bot.slack.workspace, None
    messages: list[Message] = []
    for part in SlackComposer(ScopeCatalog()).digest(digest).parts:
        assert isinstance(part, Told)
        form = part.forms[0]
        content = ContentRules(_LONGEST, ()).accept(
            str(form["text"]), form["blocks"], form.get("attachments"), workspace.mint
        )
        ts = workspace.timelines.next_ts(channel)
        message = Message(
            channel, ts, cast.BOT_USER, content.text, content.blocks, content.attachments, root, bot_id=cast.BOT
        )
        workspace.post(message, "bot")
        root = root or Ts(ts)
        messages.append(message)
    return messages


def menus(where: Message | View) -> list[str]:
    """The names of the menus beside events."""
    return [block["block_id"] for block in where.every_block if block.get("accessory", {}).get("type") == "overflow"]
