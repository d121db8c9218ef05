"""When digests are due: slots, computed in the subscription's own time zone.

A slot is an instant. A calendar schedule names times on the clocks of its zone, and clocks jump: a time that is skipped
means the instant of the jump, a time that is shown twice means the first of the two. So a daily digest comes once a
local day, through every change of clocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.zones import instants, zone_or_utc

SHORTEST = timedelta(seconds=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HORIZON_DAYS = 366 * 8 + 2
"""Eight years hold a 29 February also around a century year that has none."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so often, at multiples of the interval since 1970 in UTC, so that every process agrees on the slots.

    Raises:
        ValueError: the interval is shorter than five seconds.
    """

    every: timedelta

    def __post_init__(self) -> None:
        if self.every < SHORTEST:
            raise ValueError("an interval is at least five seconds")

    def latest(self, now: datetime) -> datetime:
        """The last slot that is not after ``now``."""
        return now - (now - _EPOCH) % self.every

    def following(self, now: datetime) -> datetime:
        """The first slot after ``now``."""
        return self.latest(now) + self.every


@dataclass(frozen=True, slots=True)
class Calendar:
    """At times on the clocks of a zone, on the days that cron's five fields name.

    As in cron, a day counts if either ``days`` or ``weekdays`` names it where both are restricted.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """Monday is 0."""
    zone: str

    def latest(self, now: datetime) -> datetime | None:
        """The last slot that is not after ``now``; None where there is none in eight years."""
        return next((slot for slot in self._slots(now, -1) if slot <= now), None)

    def following(self, now: datetime) -> datetime | None:
        """The first slot after ``now``; None where there is none in eight years."""
        return next((slot for slot in self._slots(now, 1) if slot > now), None)

    def _slots(self, start: datetime, direction: int) -> Iterator[datetime]:
        zone = zone_or_utc(self.zone)
        today = start.astimezone(zone).date()
        times = sorted((time(hour, minute) for hour in self.hours for minute in self.minutes), reverse=direction < 0)
        # One day more on the near side: a jump of the clocks may carry a slot over midnight.
        for offset in range(-1, _HORIZON_DAYS):
            day = today + direction * timedelta(days=offset)
            if self._names(day):
                yield from (instants(datetime.combine(day, moment), zone)[0] for moment in times)

    def _names(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.weekday() in self.weekdays
        both = len(self.days) < 31 and len(self.weekdays) < 7  # noqa: PLR2004 — the days of a month and of a week
        return by_day or by_weekday if both else by_day and by_weekday


Schedule = Interval | Calendar
