"""Words for lengths of time: ``30m``, ``24h``, ``7d``, ``2w``, ``1d12h``. A day is 24 hours, whatever clocks do."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.domain.errors import UserError
from bot.domain.wording import shown

LONGEST = timedelta(days=36_500)

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_PART = re.compile(r"([0-9]{1,9})([smhdw])", re.IGNORECASE)
_DURATION = re.compile(rf"(?:{_PART.pattern})+", re.IGNORECASE)
_PROSE = re.compile(
    r"(?:last )?(?:(?P<count>[0-9]{1,9})|an?)? ?"
    r"(?P<unit>[smhdw]|sec(?:ond)?|min(?:ute)?|hr|hour|day|wk|week|month|year)s?(?: ago)?",
    re.IGNORECASE,
)
_NAMES = ("week", "day", "hour", "minute", "second")
_IN_DAYS = {"month": 30, "year": 365}
_ADVICE = "write a number and a unit, such as 30m, 24h, 7d or 2w"


class BadTime(UserError):
    """Words for a time that make no sense; ``suggestion`` is what to write in their place."""

    def __init__(self, message: str, *, suggestion: str) -> None:
        super().__init__(message)
        self.suggestion = suggestion


def is_duration(text: str) -> bool:
    """Whether the text is meant as a length of time, if perhaps an impossible one."""
    return _DURATION.fullmatch(text) is not None


def parse_duration(text: str) -> timedelta:
    """The length of time that the text names: more than nothing, a hundred years at most.

    Raises:
        BadTime: it names none.
    """
    text = text.strip()
    if not is_duration(text):
        raise BadTime(f"{shown(text)} is not a length of time: {_ADVICE}.", suggestion=suggest_duration(text) or "24h")
    try:
        duration = sum((int(count) * _UNITS[unit.lower()] for count, unit in _PART.findall(text)), timedelta())
    except OverflowError:
        duration = timedelta.max
    if duration > LONGEST:
        raise BadTime(f"{shown(text)} is longer than a hundred years: {_ADVICE}.", suggestion="365d")
    if not duration:
        raise BadTime(f"{shown(text)} is no time at all: {_ADVICE}.", suggestion="24h")
    return duration


def suggest_duration(text: str) -> str:
    """The length of time that the text means in prose, as in ``3 days ago``; empty where it means none."""
    match = _PROSE.fullmatch(" ".join(text.split()))
    if match is None:
        return ""
    count, unit = int(match["count"] or 1), match["unit"].lower()
    return f"{count * _IN_DAYS[unit]}d" if unit in _IN_DAYS else f"{count}{unit[0]}"


def write_duration(duration: timedelta) -> str:
    """A length of whole seconds as :func:`parse_duration` reads it: ``15m``, ``1d12h``."""
    written, left = "", duration
    for unit, length in reversed(_UNITS.items()):
        number, left = divmod(left, length)
        written += f"{number}{unit}" if number else ""
    return written


def describe_duration(duration: timedelta) -> str:
    """A length of whole seconds in prose, as it stands after "every": ``15 minutes``, ``hour``, ``36 hours``."""
    name, length = next((name, _UNITS[name[0]]) for name in _NAMES if not duration % _UNITS[name[0]])
    number = duration // length
    return name if number == 1 else f"{number:,} {name}s"
