"""Text of strangers, made safe to read in a terminal or a file."""

from __future__ import annotations

import re
from typing import Final

_STEERING: Final = (
    "\\x00-\\x1f\\x7f-\\x9f"  # control characters: colours, titles, cursors, line breaks
    "\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb"  # what hides or turns text
    "\\ud800-\\udfff"  # halves of characters, which no terminal can show
    "\\U000e0000-\\U000e007f"  # letters that nobody sees
)
STEERING: Final = re.compile(f"[{_STEERING}]")
"""A character that would steer the terminal, or hide from its reader, instead of being read."""


def plain(text: str) -> str:
    r"""The text on one line, with every character that is not there to be read spelled out: ``\x1b``."""
    return STEERING.sub(lambda match: ascii(match[0])[1:-1], text)
