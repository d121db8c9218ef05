"""When digests are due: slots, computed in the subscription's own time zone.

A slot is an instant. A calendar names times on the clocks of its zone, and clocks jump: a time that is skipped means
the instant of the jump, a time that is shown twice means the first of the two, and a day that no clock ever shows has
no times. So a daily digest comes once a local day, through every change of clocks.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from bot.domain.zones import day_start, find_zone, instants, zone_or_utc

SHORTEST = timedelta(seconds=5)
EVERY_DAY = frozenset(range(1, 32))
EVERY_MONTH = frozenset(range(1, 13))
EVERY_WEEKDAY = frozenset(range(7))

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Interval:
    """Every so often, at multiples of the interval since 1970 in UTC, so that every process agrees on the slots.

    Raises:
        ValueError: the interval is shorter than five seconds, or not of whole seconds.
    """

    every: timedelta

    def __post_init__(self) -> None:
        if self.every < SHORTEST or self.every % timedelta(seconds=1):
            raise ValueError("an interval is at least five seconds, and whole ones")

    def latest(self, now: datetime) -> datetime:
        """The last slot that is not after ``now``."""
        return now - (now - _EPOCH) % self.every

    def following(self, now: datetime) -> datetime:
        """The first slot after ``now``."""
        return self.latest(now) + self.every


@dataclass(frozen=True, slots=True)
class Calendar:
    """At times on the clocks of a zone, on certain days.

    As in cron, a day counts if either ``days`` or ``weekdays`` names it where both are restricted.

    Raises:
        ValueError: something is empty, the times are out of order, nobody knows the zone, no year has such a day, or
            days of the month go with times that cron has no words for.
    """

    times: tuple[time, ...]
    """In their order, each once; of whole minutes."""
    zone: str
    """Its IANA name."""
    days: frozenset[int] = EVERY_DAY
    """Of the month."""
    months: frozenset[int] = EVERY_MONTH
    weekdays: frozenset[int] = EVERY_WEEKDAY
    """Monday is 0."""

    def __post_init__(self) -> None:
        if not (self.times and self.days and self.months and self.weekdays):
            raise ValueError("a calendar has times, days, months and weekdays")
        if list(self.times) != sorted({clock.replace(second=0, microsecond=0) for clock in self.times}):
            raise ValueError("a calendar's times are whole minutes in their order, each once")
        if find_zone(self.zone) is None:
            raise ValueError(f"there is no time zone {self.zone!r}")
        if self.weekdays == EVERY_WEEKDAY and not is_possible(self.days, self.months):
            raise ValueError("no year has such a day")
        if (self.days, self.months) != (EVERY_DAY, EVERY_MONTH) and not is_grid(self.times):
            raise ValueError("on days of the month or in months, the times are the same minutes of each hour")

    def latest(self, now: datetime) -> datetime:
        """The last slot that is not after ``now``."""
        return next(
            self._instant(day, self.times[passed - 1])
            for day in self._days_from(now, -1)
            if (passed := self._passed(day, now))
        )

    def following(self, now: datetime) -> datetime:
        """The first slot after ``now``. To ask again for the same moment costs next to nothing."""
        return _following(self, now)

    def names(self, day: date) -> bool:
        """Whether it has times on that day, in years and zones in which there is one."""
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.weekday() in self.weekdays
        both = self.days != EVERY_DAY and self.weekdays != EVERY_WEEKDAY
        return by_day or by_weekday if both else by_day and by_weekday

    def find_following(self, now: datetime) -> datetime:
        """What :meth:`following` gives, found out anew."""
        return next(
            self._instant(day, self.times[passed])
            for day in self._days_from(now, 1)
            if (passed := self._passed(day, now)) < len(self.times)
        )

    def _days_from(self, start: datetime, direction: int) -> Iterator[date]:
        """Its days on which clocks of the zone show anything, from about the given moment on."""
        today = start.astimezone(self._zone).date()
        # One day more on the near side: a jump of the clocks may carry a slot over midnight.
        days = (today + direction * timedelta(days=passed) for passed in count(-1))
        return (day for day in days if self.names(day) and _is_shown(day, self._zone))

    def _passed(self, day: date, now: datetime) -> int:
        """How many of a day's times are not after ``now``."""
        return bisect_right(self.times, now, key=lambda clock: self._instant(day, clock))

    def _instant(self, day: date, clock: time) -> datetime:
        return instants(datetime.combine(day, clock), self._zone)[0]

    @property
    def _zone(self) -> ZoneInfo:
        return zone_or_utc(self.zone)


Schedule = Interval | Calendar


def is_possible(days: frozenset[int], months: frozenset[int]) -> bool:
    """Whether any of the months ever has one of the days."""
    leap_year = 2024
    return any(min(days) <= monthrange(leap_year, month)[1] for month in months)


def hours_and_minutes(times: Collection[time]) -> tuple[frozenset[int], frozenset[int]]:
    """The hours of some times, and their minutes."""
    return frozenset(clock.hour for clock in times), frozenset(clock.minute for clock in times)


def is_grid(times: Collection[time]) -> bool:
    """Whether they are the same minutes of each of their hours, as cron's are."""
    hours, minutes = hours_and_minutes(times)
    return len(times) == len(hours) * len(minutes)


@lru_cache(_REMEMBERED)
def _following(calendar: Calendar, now: datetime) -> datetime:
    """Remembered, since whether a slot is due is asked every second and changes a few times a day."""
    return calendar.find_following(now)


def _is_shown(day: date, zone: ZoneInfo) -> bool:
    """Whether clocks of the zone ever show the day: where they cross the date line, one may be missing."""
    return day_start(day, zone).astimezone(zone).date() == day
