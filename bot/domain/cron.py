"""Cron's five fields: from their text to the numbers that they name, and back.

Lists, ranges, steps and names as in crontab(5). Ranges of weekdays may go past Sunday, which is 0 and 7; ``@daily`` and
its like are understood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain.durations import BadTime
from bot.domain.wording import nearest, shown, spans

_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_COUNT = 5
_PART = re.compile(r"(?:\*|(?P<first>[a-z]+|[0-9]{1,9})(?:-(?P<last>[a-z]+|[0-9]{1,9}))?)(?:/(?P<step>[0-9]{1,9}))?")
_ADVICE = "write five fields, minute, hour, day of the month, month and weekday, as in 0 9 * * 1-5"


class Fields(NamedTuple):
    """The numbers that each field names; of weekdays, Monday is 0."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What one of the fields can hold."""

    name: str
    first: int
    last: int
    likely: str
    """What is written where nobody can tell what was meant."""
    words: tuple[str, ...] = ()
    """Names of its numbers, from the first."""

    @property
    def cyclic(self) -> bool:
        """Whether a range may go past the end."""
        return self is _WEEKDAY

    @property
    def all(self) -> frozenset[int]:
        return frozenset(range(self.first, self.last + 1))


_MINUTE = _Kind("minute", 0, 59, "0")
_HOUR = _Kind("hour", 0, 23, "9")
_DAY = _Kind("day of the month", 1, 31, "*")
_MONTH = _Kind(
    "month", 1, 12, "*", ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
)
_WEEKDAY = _Kind("weekday", 0, 6, "*", ("sun", "mon", "tue", "wed", "thu", "fri", "sat"))
_KINDS = (_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY)
_LIKELY = [kind.likely for kind in _KINDS]


def is_cron(text: str) -> bool:
    """Whether the text is meant as cron, if perhaps as an impossible one."""
    return text.startswith("@") or "*" in text or len(text.split()) >= _COUNT


def read_cron(text: str) -> Fields:
    """The numbers that the fields name.

    Raises:
        BadTime: they are not five, or one of them makes no sense.
    """
    texts = _MACROS.get(text.casefold(), text).casefold().split()
    if len(texts) != _COUNT:
        raise _miscounted(text, texts)
    minutes, hours, days, months, weekdays = (_read(texts, number) for number in range(_COUNT))
    if days != _DAY.all and weekdays != _WEEKDAY.all and "*" in texts[2][:1] + texts[4][:1]:
        # Some take the days that either field names, others those that both do, for the sake of the asterisk.
        raise BadTime(
            f"{shown(text)} means different days to different crons: restrict either the day of the month or the "
            "weekday, or write out both.",
            suggestion=" ".join("*" if number == 2 else field for number, field in enumerate(texts)),  # noqa: PLR2004 — the days' field
        )
    return Fields(minutes, hours, days, months, frozenset((number - 1) % 7 for number in weekdays))


def write_cron(fields: Fields) -> str:
    """The shortest five fields that :func:`read_cron` reads as these."""
    weekdays = {(number + 1) % 7 for number in fields.weekdays}
    return " ".join(map(_write, _KINDS, [*fields[:-1], weekdays]))


def step_of(numbers: Collection[int], count: int) -> int | None:
    """How far apart numbers from 0 to below ``count`` are, if they are evenly so all the way round; else None."""
    step = count // len(numbers)
    return step if set(numbers) == set(range(0, count, step)) and count % step == 0 else None


def _write(kind: _Kind, numbers: Collection[int]) -> str:
    if kind.all <= set(numbers):
        return "*"
    if kind.first == 0 and len(numbers) > 2 and (step := step_of(numbers, len(kind.all))):  # noqa: PLR2004 — 0,30 is no longer
        return f"*/{step}"
    names = kind.words if kind is _WEEKDAY else ()
    written = {number: names[number] if names else str(number) for number in numbers}
    return ",".join(
        written[first] if first == last else f"{written[first]}-{written[last]}" for first, last in spans(numbers)
    )


def _miscounted(text: str, texts: list[str]) -> BadTime:
    if text.startswith("@"):
        likely = nearest(text, _MACROS) or "@daily"
        return BadTime(f"{shown(text)} is not known here: write one like {likely}.", suggestion=likely)
    if len(texts) > _COUNT:
        return BadTime(
            f"{shown(text)} has {len(texts)} fields: {_ADVICE}, without seconds and years.",
            suggestion=" ".join(texts[1:6]),
        )
    return BadTime(f"{shown(text)} is not cron: {_ADVICE}.", suggestion=" ".join([*texts, *_LIKELY[len(texts) :]]))


def _read(texts: list[str], place: int) -> frozenset[int]:
    """The numbers of one field; a mistake in it is corrected within all of them."""
    try:
        return frozenset(_numbers(texts[place].split(","), _KINDS[place]))
    except BadTime as error:
        error.suggestion = " ".join([*texts[:place], error.suggestion, *texts[place + 1 :]])
        raise


def _numbers(parts: list[str], kind: _Kind) -> Iterable[int]:
    found: list[int] = []
    for place, part in enumerate(parts):
        try:
            found += _span(part, kind)
        except BadTime as error:
            error.suggestion = ",".join([*parts[:place], error.suggestion, *parts[place + 1 :]])
            raise
    return found


def _span(part: str, kind: _Kind) -> Iterable[int]:
    match = _PART.fullmatch(part)
    if match is None:
        raise _wrong(part, kind, kind.likely)
    step = int(match["step"] or 1)
    if step == 0:
        raise _wrong(part, kind, part.partition("/")[0])
    if match["first"] is None:
        return range(kind.first, kind.last + 1, step)
    first = last = _value(match["first"], part, kind)
    if match["last"] is not None:
        last = _value(match["last"], part, kind)
    elif match["step"] is not None:
        raise _wrong(part, kind, f"{match['first']}-{kind.last}/{step}")
    if first <= last:
        return (number % 7 if kind.cyclic else number for number in range(first, last + 1, step))
    if kind.cyclic:
        return (number % 7 for number in range(first, last + 8, step))
    raise _wrong(part, kind, f"{match['last']}-{match['first']}")


def _value(word: str, part: str, kind: _Kind) -> int:
    last = kind.last + 1 if kind.cyclic else kind.last
    if word.isdecimal():
        if kind.first <= int(word) <= last:
            return int(word)
        raise _wrong(part, kind, str(min(max(int(word), kind.first), kind.last)))
    if word in kind.words:
        return kind.words.index(word) + kind.first
    raise _wrong(part, kind, word[:3] if word[:3] in kind.words else kind.likely)


def _wrong(part: str, kind: _Kind, suggestion: str) -> BadTime:
    names = f" or {kind.words[0]} to {kind.words[-1]}" if kind.words else ""
    return BadTime(
        f"{shown(part)} is no {kind.name} of cron: write {kind.first} to {kind.last}{names}, or *.",
        suggestion=suggestion,
    )
