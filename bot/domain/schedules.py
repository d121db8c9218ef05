"""Words for schedules, and back: one text for settings and the store.

What can be written::

    15m    1d12h                             an interval, at multiples of it since 1970 in UTC
    09:00    09:00,17:00                     times of every day
    mon-fri 09:00    weekends 10:00,18:00    times of some days of the week
    0 9 1 * *    */10 8-18 * * mon-fri       cron's five fields

All but the first may name a zone at the end, ``09:00 Europe/Berlin``; without one they mean a zone that is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import time, timedelta
from itertools import product
from typing import assert_never

from bot.domain.cron import Fields, is_cron, read_cron, step_of, write_cron
from bot.domain.durations import (
    BadTime,
    describe_duration,
    is_duration,
    parse_duration,
    suggest_duration,
    write_duration,
)
from bot.domain.slots import (
    EVERY_DAY,
    EVERY_MONTH,
    EVERY_WEEKDAY,
    SHORTEST,
    Calendar,
    Interval,
    Schedule,
    hours_and_minutes,
    is_grid,
    is_possible,
)
from bot.domain.timetables import describe_weekdays, read_clocks, read_weekdays, write_clocks, write_weekdays
from bot.domain.wording import listed, shown, spans
from bot.domain.zones import find_zone, nearest_zone

__all__ = [
    "Calendar",
    "Interval",
    "Schedule",
    "describe",
    "parse_cron",
    "parse_interval",
    "parse_schedule",
    "parse_zone",
    "write_schedule",
]

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # noqa: RUF001 — what word processors make of a hyphen
_AROUND_SIGNS = re.compile(r"\s*([,-])\s*")
_POLITELY = re.compile(r"\A(?:every|at) ", re.IGNORECASE)
_A_WEEKDAY = re.compile(r"(?:sun|mon|tue|wed|thu|fri|sat)\b", re.IGNORECASE)
_FIVE_FIELDS = 5
_HOURS, _MINUTES = 24, 60
_FEW = 4
"""As many times of the day are listed one by one."""
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ADVICE = "write 15m, 09:00, mon-fri 09:00 Europe/Berlin, or cron as in 0 9 * * 1-5"


def parse_schedule(text: str, zone: str) -> Schedule:
    """The schedule that the text names.

    Args:
        text: a schedule in one of the forms above.
        zone: the IANA name of the zone that is meant where the text names none.

    Raises:
        BadTime: it names none, or one that never comes; ``suggestion`` is what to write, in the same words as far as
            they make sense.
    """
    words = _POLITELY.sub("", _AROUND_SIGNS.sub(r"\1", text.translate(_DASHES)).strip()).split()
    joined = " ".join(words)
    if is_duration(joined) or suggest_duration(joined):
        return parse_interval(joined)
    if is_cron(joined):
        zoned = len(words) > _FIVE_FIELDS and _like_zone(words[_FIVE_FIELDS])
        length = 1 if joined.startswith("@") else _FIVE_FIELDS if zoned else len(words)
        return _with_zone(words, length, zone, parse_cron)
    place = next((number for number, word in enumerate(words) if word[0].isdecimal()), None)
    if place is None:
        raise BadTime(f"{shown(text)} is not a schedule: {_ADVICE}.", suggestion=_likely(words))
    return _with_zone(words, place + 1, zone, _parse_times)


def parse_interval(text: str) -> Interval:
    """The interval that a length of time makes.

    Raises:
        BadTime: it is none, or shorter than five seconds.
    """
    every = parse_duration(text)
    if every < SHORTEST:
        raise BadTime(f"{shown(text)} is too often: write 5s or longer.", suggestion="5s")
    return Interval(every)


def parse_cron(text: str, zone: str) -> Calendar:
    """The calendar that cron's five fields make in a zone.

    Raises:
        BadTime: they make none, or one that never comes.
    """
    fields = read_cron(text)
    if fields.weekdays == EVERY_WEEKDAY and not is_possible(fields.days, fields.months):
        likely = write_cron(fields._replace(days=frozenset({1})))
        raise BadTime(f"{shown(text)} never comes, since those months have no such day.", suggestion=likely)
    times = tuple(time(hour, minute) for hour, minute in product(sorted(fields.hours), sorted(fields.minutes)))
    return Calendar(times, zone, fields.days, fields.months, fields.weekdays)


def parse_zone(name: str) -> str:
    """The IANA name of a time zone as it is spelt, whatever its case.

    Raises:
        BadTime: there is none of that name.
    """
    if zone := find_zone(name):
        return zone.key
    likely = nearest_zone(name)
    raise BadTime(f"There is no time zone {shown(name)}: write its IANA name, such as {likely}.", suggestion=likely)


def write_schedule(schedule: Schedule) -> str:
    """The schedule as :func:`parse_schedule` reads it, whatever zone that is given; the same for equal ones."""
    match schedule:
        case Interval(every):
            return write_duration(every)
        case Calendar(times, zone) if is_plain(schedule):
            days = "" if schedule.weekdays == EVERY_WEEKDAY else f"{write_weekdays(schedule.weekdays)} "
            return f"{days}{write_clocks(times)} {zone}"
        case Calendar(zone=zone):
            return f"{write_fields(schedule)} {zone}"
        case _:
            assert_never(schedule)


def write_fields(calendar: Calendar) -> str:
    """The calendar as cron's five fields, without its zone."""
    hours, minutes = hours_and_minutes(calendar.times)
    return write_cron(Fields(minutes, hours, calendar.days, calendar.months, calendar.weekdays))


def describe(schedule: Schedule) -> str:
    """The schedule in prose: ``every 15 minutes``, ``at 09:00 on Monday to Friday, Europe/Berlin``."""
    match schedule:
        case Interval(every):
            return f"every {describe_duration(every)}"
        case Calendar(times, zone):
            days = _describe_days(schedule)
            often = len(times) > _FEW and days == "every day"
            return f"{_describe_times(times)}, {zone}" if often else f"{_describe_times(times)} {days}, {zone}"
        case _:
            assert_never(schedule)


def is_plain(calendar: Calendar) -> bool:
    """Whether it is written as times and weekdays, not as cron's fields."""
    whole = calendar.days == EVERY_DAY and calendar.months == EVERY_MONTH
    return whole and (len(calendar.times) <= _FEW or not is_grid(calendar.times))


def _with_zone(words: Sequence[str], length: int, zone: str, read: Callable[[str, str], Calendar]) -> Calendar:
    """What is read of the first words, in the zone that the others name, or else in the given one."""
    text, named = " ".join(words[:length]), words[length:]
    try:
        home = parse_zone("_".join(named)) if named else zone
    except BadTime as error:
        error.suggestion = f"{text} {error.suggestion}"
        raise
    try:
        return read(text, home)
    except BadTime as error:
        error.suggestion = " ".join([error.suggestion, *named])
        raise


def _parse_times(text: str, zone: str) -> Calendar:
    *days, clocks = text.split()
    try:
        weekdays = read_weekdays(",".join(days)) if days else EVERY_WEEKDAY
    except BadTime as error:
        error.suggestion = f"{error.suggestion} {clocks}"
        raise
    try:
        return Calendar(read_clocks(clocks), zone, weekdays=weekdays)
    except BadTime as error:
        error.suggestion = " ".join([*days, error.suggestion])
        raise


def _like_zone(word: str) -> bool:
    """Whether the word after five fields of cron is meant as a zone, not as a sixth field."""
    return word[0].isalpha() and _A_WEEKDAY.match(word) is None


def _likely(words: Sequence[str]) -> str:
    with suppress(BadTime):
        return f"{write_weekdays(read_weekdays(words[0] if words else ''))} 09:00"
    return "15m"


def _describe_times(times: Sequence[time]) -> str:
    if len(times) <= _FEW or not is_grid(times):
        return f"at {listed([f'{clock:%H:%M}' for clock in times])}"
    hours, minutes = hours_and_minutes(times)
    all_day = len(hours) == _HOURS
    if len(minutes) > 1 and (step := step_of(minutes, _MINUTES)):
        often = f"every {describe_duration(timedelta(minutes=step))}"
        return often if all_day else f"{often} of the hours {_ranges(hours)}"
    past = f"at the minutes {_ranges(minutes)}" if len(minutes) > 1 else f"at minute {_ranges(minutes)}"
    return f"{past} of every hour" if all_day else f"{past} of the hours {_ranges(hours)}"


def _describe_days(calendar: Calendar) -> str:
    restricted = []
    if calendar.days != EVERY_DAY:
        restricted.append(f"on day {_ranges(calendar.days)}")
    if calendar.weekdays != EVERY_WEEKDAY:
        restricted.append(f"on {describe_weekdays(calendar.weekdays)}")
    days = " and ".join(restricted) or "every day"
    if calendar.months != EVERY_MONTH:
        return f"{days} of {listed([_MONTHS[month - 1] for month in sorted(calendar.months)])}"
    return f"{days} of the month" if restricted and calendar.weekdays == EVERY_WEEKDAY else days


def _ranges(numbers: Collection[int]) -> str:
    """Numbers in prose: ``1, 2 and 5 to 9``."""
    return listed([str(first) if first == last else f"{first} to {last}" for first, last in spans(numbers)])
