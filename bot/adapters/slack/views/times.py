"""Moments and lengths of time, in few words."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.adapters.slack.views.blocks import Json, date
from bot.domain.moments import describe_window
from bot.domain.query import Window

_UNITS = (
    ("d", timedelta(days=1)),
    ("h", timedelta(hours=1)),
    ("min", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
)


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment as clocks in the zone show it; in UTC at either end of time, where a zone leads beyond it."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def second(moment: datetime, zone: ZoneInfo, *, dated: bool) -> Json:
    """A moment to the second in the reader's own zone, with or without its day; ``zone`` is for other readers."""
    there = local(moment, zone)
    if not dated:
        return date(moment, "{time_secs}", f"{there:%H:%M:%S}")
    return date(moment, "{date_short_pretty} {time_secs}", f"{there.day} {there:%b} {there.year} {there:%H:%M:%S}")


def minute(moment: datetime, zone: ZoneInfo, *, far: bool = False) -> Json:
    """A moment to the minute in the reader's own zone; ``far`` is whether it may be years away."""
    there = local(moment, zone)
    year = f" {there:%Y}" if far else ""
    return date(moment, "{date_short_pretty} {time}", f"{there.day} {there:%b}{year} {there:%H:%M}")


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
