"""Moments and lengths of time, in few words."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.moments import describe_window
from bot.domain.query import Window

_UNITS = (
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("min", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
)


def lasting(length: timedelta) -> str:
    """How long that is, in its two greatest units: ``20 s``, ``5 min``, ``2 h 10 min``."""
    words = []
    for unit, size in _UNITS:
        count, length = divmod(max(length, timedelta(0)), size)
        if count:
            words.append(f"{count:,} {unit}")
        elif words:
            break
    return " ".join(words[:2]) or "0 s"


def since(moment: datetime, zone: str) -> str:
    """Since when, as in ``since Wed 1 May 2024 00:00 (Europe/Berlin)``."""
    return describe_window(Window(since=moment), zone)
