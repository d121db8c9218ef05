"""Words for times of the day and days of the week: ``09:00,17:00`` and ``mon-fri``, and back."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import time

from bot.domain.durations import BadTime
from bot.domain.slots import EVERY_WEEKDAY
from bot.domain.wording import listed, nearest, shown, spans

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""From 0, as Python counts them."""

_GROUPS = {
    "daily": EVERY_WEEKDAY,
    "weekdays": frozenset(range(5)),
    "weekends": frozenset({5, 6}),
}
_CLOCK = re.compile(r"(?P<hour>2[0-3]|[01]?[0-9]):(?P<minute>[0-5][0-9])")
_LIKE_A_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.h]?(?P<minute>[0-9]{2}))?(?:[:.][0-9]{2})?(?: ?(?P<half>[ap])\.?m\.?)?", re.IGNORECASE
)
_BOTH = 2
_NOON = 12
_MINUTES_OF_A_DAY = 24 * 60


def read_clocks(text: str) -> tuple[time, ...]:
    """The times of the day that a list names, in their order, each once.

    Raises:
        BadTime: it names none, or something else too.
    """
    parts = _parts(text)
    for part in parts or [""]:
        if not _CLOCK.fullmatch(part):
            raise BadTime(
                f"{shown(part)} is not a time of the day: write 09:00, or 09:00,17:00 for two of them.",
                suggestion=",".join(dict.fromkeys(_likely_clock(part) for part in parts)) or "09:00",
            )
    return tuple(sorted({time.fromisoformat(part.zfill(5)) for part in parts}))


def write_clocks(times: Sequence[time]) -> str:
    """The times as a list that :func:`read_clocks` reads."""
    return ",".join(f"{clock:%H:%M}" for clock in times)


def _likely_clock(text: str) -> str:
    match = _LIKE_A_CLOCK.fullmatch(text)
    if match is None:
        return "09:00"
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        hour = hour % _NOON + (_NOON if match["half"] in "pP" else 0)
    hours, minutes = divmod((hour * 60 + minute) % _MINUTES_OF_A_DAY, 60)
    return f"{hours:02}:{minutes:02}"


def read_weekdays(text: str) -> frozenset[int]:
    """The weekdays that a list of days and ranges names, Monday being 0; a range may go past Sunday.

    Raises:
        BadTime: it names none, or something else too.
    """
    parts = _parts(text)
    found: set[int] = set()
    for part in parts or [""]:
        days = _span(part)
        if not days:
            likely = [part if _span(part) else _likely_days(part) for part in parts]
            raise BadTime(
                f"{shown(part)} is no day of the week: write mon-fri, mon,wed,fri, daily, weekdays or weekends.",
                suggestion=",".join(dict.fromkeys(word for word in likely if word)) or "mon-fri",
            )
        found |= days
    return frozenset(found)


def _likely_days(text: str) -> str:
    """What a part of a list was meant to be, a range where it looks like one; empty where nobody can tell."""
    ends = [nearest(end.strip()[:3], [day[:3] for day in WEEKDAYS]) for end in text.split("-")]
    if len(ends) == _BOTH and all(ends):
        return "-".join(ends)
    return nearest(text, [*_GROUPS, *WEEKDAYS])


def write_weekdays(days: Collection[int]) -> str:
    """The days as a list that :func:`read_weekdays` reads: ``mon-fri``, ``mon,wed,sat``."""
    names = [day[:3] for day in WEEKDAYS]
    return ",".join(names[first] if first == last else f"{names[first]}-{names[last]}" for first, last in spans(days))


def describe_weekdays(days: Collection[int]) -> str:
    """The days in prose: ``Monday to Friday``, ``Monday, Wednesday and Saturday``."""
    names = [day.title() for day in WEEKDAYS]
    return listed(
        [names[first] if first == last else f"{names[first]} to {names[last]}" for first, last in spans(days)]
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _span(text: str) -> frozenset[int]:
    """The days that one part of a list names; empty where it names none."""
    if group := _GROUPS.get(text.casefold()):
        return group
    first, dash, last = (word.strip() for word in text.partition("-"))
    begin, end = _weekday(first), _weekday(last if dash else first)
    if begin is None or end is None:
        return frozenset()
    return frozenset((begin + days) % 7 for days in range((end - begin) % 7 + 1))


def _weekday(name: str) -> int | None:
    folded = name.casefold()
    return next((number for number, day in enumerate(WEEKDAYS) if folded in {day, day[:3]}), None)
