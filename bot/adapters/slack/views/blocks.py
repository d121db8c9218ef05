"""The few kinds of Block Kit that the bot's messages are made of, each within its limits whatever it is given.

Text goes into ``plain_text`` objects and rich text's ``text`` elements alone: Slack parses nothing there, so that data
stays data. Every text is cleaned, cut and never empty.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from bot.adapters.slack.text import escape, shown, truncate
from bot.domain.access import ChannelId, GroupId, UserId

Json = dict[str, object]
"""A message, or a piece of one, as Slack wants it."""

HEADER_LIMIT: Final = 150
LINE_LIMIT: Final = 600
"""Of a line of words in a context or a paragraph: far below Slack's limits, since messages have one as a whole."""
COMMAND_LIMIT: Final = 4200
"""Of what is there to be copied: the longest command that is taken, with its name. It would be of no use in part."""
FALLBACK_LIMIT: Final = 600
_GROUP_ID: Final = re.compile(r"S[A-Z0-9]{2,40}")
_CHANNEL_ID: Final = re.compile(r"[CG][A-Z0-9]{2,40}")
_WARNING: Final = ("warning", "\N{WARNING SIGN}")
_USER_ID: Final = re.compile(r"[UW][A-Z0-9]{2,40}")
_EMPTY: Final = "—"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SHOWN: Final = datetime(9998, 12, 31, tzinfo=UTC)


def message(fallback: str, *blocks: Json) -> Json:
    """A message; ``fallback`` is what notifications and screen readers get instead of the blocks."""
    words = shown(fallback, FALLBACK_LIMIT) or _EMPTY
    return {
        "text": escape(words.replace("://", ": //")),  # Slack would make links of addresses even here
        "blocks": list(blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def coloured(*pieces: tuple[str, list[Json]]) -> Json:
    """The part of a message with a stripe of colour (``#D92D20``) beside each of its pieces."""
    return {"attachments": [{"color": color, "blocks": blocks} for color, blocks in pieces]}


def header(words: str) -> Json:
    """A headline."""
    return {"type": "header", "text": _plain(words, HEADER_LIMIT)}


def context(*lines: str) -> Json:
    """Small print, each line for itself."""
    return {"type": "context", "elements": [_plain(line, LINE_LIMIT) for line in lines]}


def plain(words: str, limit: int) -> Json:
    """Words, and nothing that could fail to be shown; line breaks are kept."""
    lines = truncate("\n".join(shown(line, limit) for line in words.splitlines()), limit)
    return {"type": "section", "text": {"type": "plain_text", "text": lines or _EMPTY, "emoji": False}}


def beside(block: Json, accessory: Json, block_id: str) -> Json:
    """Plain words with something to click on at their end; ``block_id`` comes back with each click there."""
    return {**block, "accessory": accessory, "block_id": block_id}


def rich(*paragraphs: Json) -> Json:
    """Rich text: sections and preformatted parts, one under the other."""
    return {"type": "rich_text", "elements": list(paragraphs)}


def section(*elements: Json) -> Json:
    """A part of rich text: its elements in a row."""
    return {"type": "rich_text_section", "elements": list(elements)}


def preformatted(*lines: str) -> Json:
    """A part of rich text to copy from, a line each: nothing of it is parsed."""
    words = "\n".join(shown(line, COMMAND_LIMIT // len(lines)) for line in lines)
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": words or _EMPTY}]}


def bullets(*sections: Json) -> Json:
    """A part of rich text: a list, an item for each section."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(sections)}


def text(words: str, limit: int = LINE_LIMIT, *, bold: bool = False, code: bool = False) -> Json:
    """Words in rich text, inert whatever they are. Spaces at either end are lost: see :func:`space`."""
    style = {name: True for name, wanted in (("bold", bold), ("code", code)) if wanted}
    element: Json = {"type": "text", "text": shown(words, limit) or _EMPTY}
    return element | {"style": style} if style else element


def space(between: str = " ") -> Json:
    """What stands between two elements of rich text: a constant of ours, taken as it is."""
    return {"type": "text", "text": between}


def emoji(name: str, character: str) -> Json:
    """An emoji of ours in rich text."""
    return {"type": "emoji", "name": name, "unicode": f"{ord(character):x}"}


def date(moment: datetime, form: str, fallback: str) -> Json:
    """A moment in the reader's own time zone and language; its fallback where Slack would not show such a year.

    Source: https://docs.slack.dev/reference/block-kit/block-elements/date-element
    """
    if not _EPOCH <= moment <= _LAST_SHOWN:
        return text(fallback)
    return {"type": "date", "timestamp": int(moment.timestamp()), "format": form, "fallback": fallback}


def usergroup(group: GroupId) -> Json:
    """A call for a user group: the one active thing that a message may hold. Words where that is no group's ID."""
    if not _GROUP_ID.fullmatch(group):
        return text(f"(no user group: {group})", 80)
    return {"type": "usergroup", "usergroup_id": group}


def calling(group: str) -> Json:
    """A call for a user group without rich text, by its ID as :func:`usergroup` takes it."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": f"<!subteam^{group}>", "verbatim": True}}


def channel(place: ChannelId) -> Json:
    """A channel by its name, which Slack shows to those who may see it; words where that is no channel's ID."""
    if place.startswith(("U", "W", "D")):
        return text("direct messages")
    return {"type": "channel", "channel_id": place} if _CHANNEL_ID.fullmatch(place) else text(place, 80)


def person(user: UserId) -> Json:
    """Somebody by name, for messages that only the one who asked can see; words where that is no user's ID."""
    return {"type": "user", "user_id": user} if _USER_ID.fullmatch(user) else text(user, 80)


def warning(sentence: str, advice: str = "") -> Json:
    """What must not be overlooked, and what to do about it."""
    words = [emoji(*_WARNING), space(), text(sentence, 300, bold=True)]
    return rich(section(*words, space("\n"), text(advice, 300)) if advice else section(*words))


def actions(*buttons: Json) -> Json:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def overflow(action_id: str, options: Mapping[str, str]) -> Json:
    """A menu behind three dots: at most five options, by what a click on each brings back."""
    return {
        "type": "overflow",
        "action_id": action_id,
        "options": [{"text": _plain(label, 75), "value": value} for value, label in options.items()],
    }


def confirmed(clickable: Json, title: str, words: str, *, confirm: str, deny: str = "Cancel") -> Json:
    """A button or a menu that asks once more before anything happens."""
    asked = {"title": _plain(title, 100), "text": _plain(words, 300)}
    return {**clickable, "confirm": {**asked, "confirm": _plain(confirm, 30), "deny": _plain(deny, 30)}}


def button(action_id: str, label: str, value: str) -> Json:
    """A button; ``value`` is what a click on it brings back."""
    return {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "value": value,
    }


def _plain(words: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shown(words, limit) or _EMPTY, "emoji": False}
