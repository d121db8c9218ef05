"""Windows that show something, and ask nothing: a message's blocks under a title.

Source: https://docs.slack.dev/reference/views/modal-views
"""

from __future__ import annotations

from typing import Final

from bot.adapters.slack.text import shown
from bot.adapters.slack.views.blocks import Json, rich, section, text
from bot.domain.access import ChannelId

TITLE_LIMIT: Final = 24


def window(title: str, content: Json, channel: ChannelId) -> Json:
    """A window that shows what a message would.

    Args:
        title: of the window, cut to 24 characters.
        content: the message.
        channel: where it was opened from, for the clicks in it: the conversation that the policy is asked about.
    """
    return {
        "type": "modal",
        "title": _plain(shown(title, TITLE_LIMIT) or "—"),
        "close": _plain("Close"),
        "private_metadata": channel,
        "blocks": content["blocks"],
    }


def reading(title: str, channel: ChannelId) -> Json:
    """The window before anything is known."""
    return window(title, {"blocks": [rich(section(text("Reading the audit log …")))]}, channel)


def broken(title: str, channel: ChannelId) -> Json:
    """The window of something that went wrong in a way that nobody foresaw."""
    words = "Something went wrong on the bot's side; the conversation that you came from tells more."
    return window(title, {"blocks": [rich(section(text(words)))]}, channel)


def _plain(words: str) -> Json:
    return {"type": "plain_text", "text": words, "emoji": False}
