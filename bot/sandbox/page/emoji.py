"""Emoji by the names that Slack gives them."""

from __future__ import annotations

import re

from rich.emoji import Emoji, NoEmoji

NAME = r":([a-z0-9_+'-]{1,80}):(?::skin-tone-[2-6]:)?"

_IN_COLOUR = "\ufe0f"  # the variation selector without which some are drawn as letters

_ONLY_SLACK = {
    "large_red_square": "🟥",
    "large_orange_square": "🟧",
    "large_yellow_square": "🟨",
    "large_green_square": "🟩",
    "large_blue_square": "🟦",
    "large_purple_square": "🟪",
    "large_orange_circle": "🟠",
    "large_yellow_circle": "🟡",
    "large_green_circle": "🟢",
    "large_purple_circle": "🟣",
    "ladder": "🪜",
    "identification_card": "🪪",
    "x-ray": "🩻",
}


def emoji(name: str) -> str | None:
    """Gives the characters of an emoji by its name without colons, or None if nothing is called so."""
    if name in _ONLY_SLACK:
        return _ONLY_SLACK[name]
    try:
        characters = str(Emoji(name))
    except NoEmoji:
        return None
    return characters + _IN_COLOUR if len(characters) == 1 else characters


def from_code_points(unicode: str) -> str | None:
    """Gives the characters of `1f44d-1f3fb`, the notation of rich text, or None if it is not in that notation."""
    try:
        return "".join(chr(int(point, 16)) for point in unicode.split("-"))
    except (ValueError, OverflowError):
        return None


def with_emoji(words: str) -> str:
    """Gives a text with its `:names:` replaced; names of nothing stay."""
    return re.sub(NAME, lambda found: emoji(found[1]) or found[0], words)
