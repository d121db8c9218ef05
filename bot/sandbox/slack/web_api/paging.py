"""Pages and the cursors between them.

Source: https://docs.slack.dev/apis/web-api/pagination
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.slack.errors import RefusedError

Item = TypeVar("Item")


def encode(kind: str, position: str) -> str:
    """Gives a cursor that leads to `position`."""
    return base64.b64encode(f"{kind}:{position}".encode()).decode()


def decode(kind: str, cursor: str) -> str:
    """Gives the position that a cursor of this kind leads to; empty for no cursor.

    Raises:
        RefusedError: `invalid_cursor`.
    """
    if not cursor:
        return ""
    try:
        found, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise RefusedError("invalid_cursor") from error
    if found != kind or not position:
        raise RefusedError("invalid_cursor")
    return position


def page_of(items: Sequence[Item], cursor: str, limit: int) -> tuple[list[Item], str]:
    """Gives one page of a sequence, and the cursor of the next, empty at the end.

    Raises:
        RefusedError: `invalid_cursor`.
    """
    position = decode("offset", cursor) or "0"
    if not position.isdecimal() or int(position) > len(items):
        raise RefusedError("invalid_cursor")
    start = int(position)
    end = start + limit
    return list(items[start:end]), encode("offset", str(end)) if end < len(items) else ""
