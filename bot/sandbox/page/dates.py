"""Dates as a reader in some time zone sees them.

Source of the tokens: https://docs.slack.dev/reference/block-kit/block-elements/date-element
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_TOKEN = re.compile(r"\{(\w+)\}")
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_TEENS = range(11, 14)


def moment_of(timestamp: float | str, zone: tzinfo) -> datetime:
    """Gives the moment that epoch seconds stand for, in a zone.

    Raises:
        ValueError: There is no such moment, or none that a calendar of four-digit years can show.
    """
    try:
        return datetime.fromtimestamp(float(timestamp), UTC).astimezone(zone)
    except (OverflowError, OSError) as error:
        raise ValueError(f"no date is {timestamp} seconds from 1970") from error


def formatted(moment: datetime, template: str, now: datetime) -> str:
    """Gives a template with its tokens filled in; unknown tokens stay as they are.

    Args:
        moment: In the reader's zone.
        template: Such as `{date_short_pretty} at {time}`.
        now: In the reader's zone, for "today" and "3 hours ago".
    """

    def fill(token: re.Match[str]) -> str:
        word = _filled(token[1], moment, now)
        if word is None:
            return token[0]
        return word[:1].upper() + word[1:] if token.start() == 0 else word

    return _TOKEN.sub(fill, template)


def day_name(moment: datetime, now: datetime) -> str:
    """Gives the words of a day divider: Today, Yesterday, or the day, with its year unless it is this one."""
    return formatted(moment, "{day_divider_pretty}", now)


def _filled(token: str, moment: datetime, now: datetime) -> str | None:
    if token.endswith("_pretty") and (near := _near(moment, now)):
        return near
    ordinal = f"{moment:%B} {moment.day}{_suffix(moment.day)}"
    year = f"{moment.year:04}"
    but_this_year = "" if moment.year == now.year else f", {year}"
    words = {
        "date_num": f"{year}-{moment:%m-%d}",
        "date_slash": f"{moment:%d/%m}/{year}",
        "date": ordinal + but_this_year,
        "date_short": f"{moment:%b} {moment.day}, {year}",
        "date_long": f"{moment:%A}, {ordinal}, {year}",
        "date_long_full": f"{moment:%B} {moment.day}, {year}",
        "day_divider": f"{moment:%A}, {ordinal}{but_this_year}",
        "time": f"{moment:%H:%M}",
        "time_secs": f"{moment:%H:%M:%S}",
        "ago": _ago(now - moment),
    }
    return words.get(token.removesuffix("_pretty"))


def _near(moment: datetime, now: datetime) -> str | None:
    days = (moment.date() - now.date()).days
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)


def _suffix(day: int) -> str:
    return "th" if day in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _ago(passed: timedelta) -> str:
    distance = abs(passed)
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if distance >= unit:
            count = distance // unit
            words = f"{count} {name}{'' if count == 1 else 's'}"
            return f"in {words}" if passed < timedelta() else f"{words} ago"
    return "just now"
