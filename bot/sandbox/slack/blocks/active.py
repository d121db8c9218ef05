"""What in a message would ping somebody, open something, or be shown as something it is not.

An oracle for tests: text that came from elsewhere must never turn up here.
Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.sandbox.slack.shapes import Json


class Activity(StrEnum):
    """What it would do."""

    USER = "user"
    GROUP = "usergroup"
    BROADCAST = "broadcast"
    CHANNEL = "channel"
    LINK = "link"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Active:
    """One active piece: what it does, whom or what it names, and the words it shows instead if any."""

    activity: Activity
    target: str
    label: str | None = None


_CONSTRUCT: Final = re.compile(r"<([^<>]+)>")
_BARE_URL: Final = re.compile(r"(?<![\w/<|])https?://[^\s<>|]+")
_MARKDOWN_LINK: Final = re.compile(r"\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
_LINK_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_MENTIONS: Final = {
    "user": (Activity.USER, "user_id"),
    "usergroup": (Activity.GROUP, "usergroup_id"),
    "channel": (Activity.CHANNEL, "channel_id"),
    "broadcast": (Activity.BROADCAST, "range"),
}
_BROADCASTS: Final = frozenset({"channel", "here", "everyone", "group"})


def active_content(blocks: Collection[Json], text: str = "") -> list[Active]:
    """Gives everything active in a message's blocks and fallback text, in reading order.

    Understood are mrkdwn text objects and the fallback `text` (constructs in angle brackets, and bare
    web addresses unless `verbatim`), markdown blocks, rich text elements, and `url` fields of buttons,
    options and images' links. Text of plain_text, raw_text and rich text `text` elements is inert.
    """
    return [*mrkdwn(text), *(piece for block in blocks for piece in _within(block))]


def mrkdwn(text: str, *, links_bare_urls: bool = True) -> Iterator[Active]:
    """Gives what Slack would make active in a mrkdwn text."""
    for inside in _CONSTRUCT.findall(text):
        yield from _construct(inside)
    if links_bare_urls:
        for url in _BARE_URL.findall(_CONSTRUCT.sub(" ", text)):
            yield Active(Activity.LINK, url)


def _construct(inside: str) -> Iterator[Active]:
    target, bar, shown = inside.partition("|")
    label = shown if bar else None
    if target.startswith("@"):
        yield Active(Activity.USER, target[1:], label)
    elif target.startswith("#"):
        yield Active(Activity.CHANNEL, target[1:], label)
    elif target.startswith("!subteam^"):
        yield Active(Activity.GROUP, target.removeprefix("!subteam^"), label)
    elif target.startswith("!date^"):
        yield Active(Activity.DATE, target.removeprefix("!date^"), label)
    elif target.startswith("!") and target[1:].split("^")[0] in _BROADCASTS:
        yield Active(Activity.BROADCAST, target[1:], label)
    elif _LINK_SCHEME.match(target):
        yield Active(Activity.LINK, target, label)


def _within(piece: object) -> Iterator[Active]:
    if isinstance(piece, list):
        for item in piece:
            yield from _within(item)
    elif isinstance(piece, dict):
        yield from _itself(piece)
        for held in piece.values():
            yield from _within(held)


def _itself(piece: Json) -> Iterator[Active]:
    kind = piece.get("type")
    if kind in _MENTIONS and isinstance(target := piece.get(_MENTIONS[kind][1]), str):
        yield Active(_MENTIONS[kind][0], target)
    elif kind == "mrkdwn":
        yield from mrkdwn(piece["text"], links_bare_urls=not piece.get("verbatim"))
    elif kind == "markdown":
        for label, url in _MARKDOWN_LINK.findall(piece["text"]):
            yield Active(Activity.LINK, url, label)
        yield from mrkdwn(_MARKDOWN_LINK.sub(" ", piece["text"]))
    elif kind == "date":
        yield Active(Activity.DATE, str(piece["timestamp"]), piece.get("fallback"))
    for name in ("url", "title_url"):
        if isinstance(url := piece.get(name), str):
            shown = piece.get("text")
            yield Active(Activity.LINK, url, shown.get("text") if isinstance(shown, dict) else shown)
