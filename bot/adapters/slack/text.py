"""Text that somebody else wrote, made safe to show: visible, on one line, within a budget, never active.

Audit data is shown only in ``plain_text`` objects and rich text's ``text`` elements, where Slack parses nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "…"
UNSEEN: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for characters that nobody would see, so that two names that differ never look the same."""

_MARKS_IN_A_ROW: Final = 4
_LOOKBEHIND: Final = 16
_BLANK: Final = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d\u180f\u034f")
"""Letters and marks that Unicode does not call format characters, and that show nothing all the same."""
_SPACES: Final = re.compile(r" {2,}")
_UNSEENS: Final = re.compile(f"{UNSEEN}{{2,}}")


def escape(text: str) -> str:
    """The text with ``&``, ``<`` and ``>`` escaped, for ``text`` fields: nothing in it can become a link or mention.

    Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def width(text: str) -> int:
    """How long Slack may count the text to be: in UTF-16 code units, never less than in characters."""
    return len(text) + sum(char > "\uffff" for char in text)


def shown(text: str, limit: int) -> str:
    """The text as a person may see it: cleaned, and cut to ``limit`` with an ellipsis."""
    within_reach = text[: 4 * limit]
    cleaned = clean(within_reach)
    return truncate(cleaned if len(within_reach) == len(text) else cleaned + ELLIPSIS, limit)


def clean(text: str) -> str:
    """The text on one line, each run of characters that cannot be seen replaced by one ``�``.

    These are control, bidirectional, zero-width and other format characters, lone surrogates, blank letters, and
    combining marks beyond the fourth on one letter.
    """
    if not _may_have_unseen(text):
        return _SPACES.sub(" ", text).strip()
    pieces: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" else 0
        if char.isspace():
            pieces.append(" ")
        elif is_unseen(char) or marks > _MARKS_IN_A_ROW:
            pieces.append(UNSEEN)
        else:
            pieces.append(char)
    return _UNSEENS.sub(UNSEEN, _SPACES.sub(" ", "".join(pieces))).strip()


def has_unseen(text: str) -> bool:
    """Whether any character of the text shows nothing, or changes how others are shown."""
    return _may_have_unseen(text) and any(map(is_unseen, text))


def _may_have_unseen(text: str) -> bool:
    """A first look that costs little: nearly all text is plain ASCII."""
    return not (text.isascii() and text.isprintable())


def is_unseen(char: str) -> bool:
    """Whether a character shows nothing, or changes how others are shown."""
    code = ord(char)
    return (
        unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        or char in _BLANK
        or code & 0xFFFE == 0xFFFE  # noqa: PLR2004 — the two noncharacters that end each plane
        or 0xFE00 <= code <= 0xFE0D  # noqa: PLR2004 — variation selectors, but for text and emoji style
        or 0xE0000 <= code <= 0xE0FFF  # noqa: PLR2004 — tags and more variation selectors
    )


def truncate(text: str, limit: int) -> str:
    """The text in at most ``limit`` UTF-16 code units, ending in ``…`` where something was cut off.

    A letter keeps its marks, and an emoji its skin tone.
    """
    if width(text) <= limit:
        return text
    used, end = 0, 0
    for end, char in enumerate(text):  # noqa: B007 — the place of the first character that has no room
        used += width(char)
        if used > limit - len(ELLIPSIS):
            break
    return text[: _boundary(text, end)].rstrip() + ELLIPSIS


def _boundary(text: str, end: int) -> int:
    """The nearest place at or before ``end`` that is not inside of what a reader sees as one character."""
    for place in range(end, max(0, end - _LOOKBEHIND), -1):
        if not _extends(text[place]):
            return place
    return end


def _extends(char: str) -> bool:
    return unicodedata.category(char)[0] == "M" or "\U0001f3fb" <= char <= "\U0001f3ff"
