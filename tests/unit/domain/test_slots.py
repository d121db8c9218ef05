"""When schedules are due, through every change of clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slots import Calendar, Interval, Schedule
from bot.domain.zones import day_start

BERLIN = "Europe/Berlin"
NINE = (time(9),)
FIRST, LAST = date(2020, 1, 1), date(2029, 12, 31)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MONDAYS = Calendar(NINE, BERLIN, weekdays=frozenset({0}))
LEAP_DAY = Calendar(NINE, "UTC", frozenset({29}), frozenset({2}))
EVERY_MINUTE = tuple(time(hour, minute) for hour in range(24) for minute in range(60))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(clock: str, zone: str = BERLIN) -> Calendar:
    return Calendar((time.fromisoformat(clock),), zone)


def slots(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    slot = schedule.following(since)
    while slot <= until:
        yield slot
        slot = schedule.following(slot)


@pytest.mark.parametrize(
    ("every", "now", "latest"),
    [
        (timedelta(minutes=15), "2024-05-15T12:30:15", "2024-05-15T12:30"),
        (timedelta(minutes=15), "2024-05-15T12:30", "2024-05-15T12:30"),
        (timedelta(seconds=5), "2024-05-15T12:30:14.999999", "2024-05-15T12:30:10"),
        (timedelta(days=1), "2024-05-15T12:30", "2024-05-15T00:00"),
        (timedelta(weeks=1), "2024-05-15T12:30", "2024-05-09T00:00"),  # a Thursday, as the first of 1970 was
    ],
)
def test_an_interval_is_due_at_its_multiples(every: timedelta, now: str, latest: str) -> None:
    interval = Interval(every)
    assert interval.latest(utc(now)) == utc(latest)
    assert interval.following(utc(now)) == utc(latest) + every


@pytest.mark.parametrize("every", [timedelta(seconds=4), timedelta(0), timedelta(seconds=5, microseconds=1)])
def test_an_interval_is_of_five_seconds_at_least_and_of_whole_ones(every: timedelta) -> None:
    with pytest.raises(ValueError, match="five seconds"):
        Interval(every)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"times": ()}, "has times"),
        ({"days": frozenset()}, "has times, days"),
        ({"months": frozenset()}, "months"),
        ({"weekdays": frozenset()}, "weekdays"),
        ({"times": (time(9), time(8))}, "in their order"),
        ({"times": (time(9), time(9))}, "each once"),
        ({"times": (time(9, 0, 30),)}, "whole minutes"),
        ({"zone": "Mars/Base"}, "no time zone 'Mars/Base'"),
        ({"days": frozenset({30, 31}), "months": frozenset({2})}, "no year has such a day"),
        ({"days": frozenset({31}), "months": frozenset({2, 4, 6, 9, 11})}, "no year has such a day"),
        ({"days": frozenset({1}), "times": (time(9), time(17, 30))}, "the same minutes of each hour"),
        ({"months": frozenset({1}), "times": (time(9), time(17, 30))}, "the same minutes of each hour"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Calendar(**{"times": (time(9),), "zone": BERLIN, **given})  # type: ignore[arg-type] # tests say what they mean


@pytest.mark.parametrize(
    ("calendar", "now", "latest", "following"),
    [
        (daily("09:00"), "2024-05-15T06:59:59", "2024-05-14T07:00", "2024-05-15T07:00"),
        (daily("09:00"), "2024-05-15T07:00", "2024-05-15T07:00", "2024-05-16T07:00"),
        (daily("00:30"), "2024-05-14T23:00", "2024-05-14T22:30", "2024-05-15T22:30"),
        # Clocks skip 02:30 and show 03:00 in its place.
        (daily("02:30"), "2024-03-31T00:59:59", "2024-03-30T01:30", "2024-03-31T01:00"),
        (daily("02:30"), "2024-03-31T01:00", "2024-03-31T01:00", "2024-04-01T00:30"),
        # Clocks show 02:30 twice.
        (daily("02:30"), "2024-10-27T00:30", "2024-10-27T00:30", "2024-10-28T01:30"),
        (daily("02:30"), "2024-10-27T01:30", "2024-10-27T00:30", "2024-10-28T01:30"),
        # A jump over midnight: the day ends where 23:30 would have been.
        (daily("23:30", "America/Nuuk"), "2024-03-31T00:59", "2024-03-30T01:30", "2024-03-31T01:00"),
        (daily("23:30", "America/Nuuk"), "2024-03-31T01:00", "2024-03-31T01:00", "2024-04-01T00:30"),
        # A jump back over midnight: the new day's first time is there before the old one comes again.
        (daily("00:00", "America/St_Johns"), "2010-11-07T03:00", "2010-11-07T02:30", "2010-11-08T03:30"),
        # A day that never was.
        (daily("09:00", "Pacific/Apia"), "2011-12-29T20:00", "2011-12-29T19:00", "2011-12-30T19:00"),
        (MONDAYS, "2024-05-15T00:00", "2024-05-13T07:00", "2024-05-20T07:00"),
        (LEAP_DAY, "2023-01-01", "2020-02-29T09:00", "2024-02-29T09:00"),
        (LEAP_DAY, "2098-01-01", "2096-02-29T09:00", "2104-02-29T09:00"),
        (
            Calendar(NINE, "UTC", frozenset({13}), weekdays=frozenset({4})),
            "2024-05-11",
            "2024-05-10T09:00",
            "2024-05-13T09:00",
        ),
        (Calendar((time(9), time(17, 30)), "UTC"), "2024-05-15T12:00", "2024-05-15T09:00", "2024-05-15T17:30"),
    ],
)
def test_a_calendar_is_due_when_clocks_show_its_times(
    calendar: Calendar, now: str, latest: str, following: str
) -> None:
    assert (calendar.latest(utc(now)), calendar.following(utc(now))) == (utc(latest), utc(following))


@pytest.mark.parametrize("clock", ["09:00", "00:00", "02:30", "23:30"])
def test_a_daily_schedule_is_due_once_a_local_day_through_every_change_of_clocks(
    clock: str, clockworks: dict[str, list[date]]
) -> None:
    for name, changes in clockworks.items():
        for change in changes:
            assert_once_a_day(daily(clock, name), change - 2 * DAY, change + 3 * DAY)


@pytest.mark.parametrize("name", ["Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe"])
def test_a_daily_schedule_is_due_once_a_local_day_for_ten_years(name: str) -> None:
    assert_once_a_day(daily("02:15", name), FIRST, LAST)


@pytest.mark.parametrize(
    ("name", "missing"), [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))]
)
@pytest.mark.parametrize("clock", ["00:00", "09:00", "23:59"])
def test_a_day_that_never_was_has_no_slot(name: str, missing: date, clock: str) -> None:
    due = assert_once_a_day(daily(clock, name), missing - 3 * DAY, missing + 3 * DAY)
    assert len(due) == 6


@pytest.fixture(scope="module")
def clockworks() -> dict[str, list[date]]:
    """The days of ten years on which clocks change, by zone; of zones whose clocks are the same, the first."""
    found: dict[tuple[tuple[date, timedelta], ...], str] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        found.setdefault(tuple(changes_of(zone)), name)
    assert len(found) > 50
    return {name: [day for day, _ in changes[1:]] for changes, name in found.items()}


def changes_of(zone: ZoneInfo) -> Iterator[tuple[date, timedelta]]:
    """The first day and its offset from UTC, then each day on which that becomes another one."""
    yield FIRST, offset_at(FIRST, zone)
    for week in range((LAST - FIRST).days // 7 + 1):
        begin = FIRST + week * 7 * DAY
        if offset_at(begin, zone) == offset_at(begin + 7 * DAY, zone):
            continue
        for day in (begin + passed * DAY for passed in range(7)):
            if offset_at(day, zone) != offset_at(day + DAY, zone):
                yield day, offset_at(day + DAY, zone)


def offset_at(day: date, zone: ZoneInfo) -> timedelta:
    return datetime.combine(day, time(), zone).utcoffset() or timedelta()


def assert_once_a_day(calendar: Calendar, first: date, last: date) -> list[datetime]:
    """Its slots from the first to the last day, each in its own day or at the very end of it."""
    zone = ZoneInfo(calendar.zone)
    bounds = [day_start(first + passed * DAY, zone) for passed in range((last - first).days + 2)]
    days = [(begin, end) for begin, end in pairwise(bounds) if begin < end]
    due = list(slots(calendar, bounds[0] - SECOND, bounds[-1] - SECOND))
    assert len(due) == len(days), calendar.zone
    assert all(begin <= slot <= end for slot, (begin, end) in zip(due, days, strict=True)), calendar.zone
    return due


SOME_ZONES = st.sampled_from(sorted(available_timezones()))
SOME_CLOCKS = st.sets(st.integers(0, 24 * 60 - 1), min_size=1, max_size=5).map(
    lambda minutes: tuple(time(minute // 60, minute % 60) for minute in sorted(minutes))
)
SCHEDULES = st.one_of(
    st.builds(Interval, st.integers(5, 10**6).map(lambda seconds: timedelta(seconds=seconds))),
    st.builds(Calendar, SOME_CLOCKS, SOME_ZONES, weekdays=st.frozensets(st.integers(0, 6), min_size=1)),
    st.builds(
        Calendar,
        st.just((time(2, 30),)) | st.just(EVERY_MINUTE),
        SOME_ZONES,
        st.frozensets(st.integers(1, 29), min_size=1),
        st.frozensets(st.integers(1, 12), min_size=1),
        st.frozensets(st.integers(0, 6), min_size=1),
    ),
)
MOMENTS = st.datetimes(datetime(1972, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — UTC is added


@given(SCHEDULES, MOMENTS)
def test_the_latest_slot_and_the_following_one_are_neighbours(schedule: Schedule, now: datetime) -> None:
    latest, following = schedule.latest(now), schedule.following(now)
    assert latest <= now < following
    assert schedule.latest(latest) == latest
    assert schedule.following(latest) == following
    assert schedule.latest(following) == following
    assert schedule.latest(following - timedelta(microseconds=1)) == latest


@given(SCHEDULES, MOMENTS, MOMENTS)
def test_slots_never_go_back(schedule: Schedule, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert schedule.latest(earlier) <= schedule.latest(later)
    assert schedule.following(earlier) <= schedule.following(later)


@given(SCHEDULES.filter(lambda schedule: isinstance(schedule, Calendar)), MOMENTS)
def test_a_slot_shows_a_time_of_its_calendar_unless_clocks_skip_it(calendar: Calendar, now: datetime) -> None:
    slot = calendar.following(now)
    zone = ZoneInfo(calendar.zone)
    shown, before = slot.astimezone(zone), (slot - SECOND).astimezone(zone)
    jumped = shown.replace(tzinfo=None) - before.replace(tzinfo=None) > SECOND
    assert jumped or (shown.time() in calendar.times and calendar.names(shown.date()))


def test_a_thousand_schedules_are_asked_in_the_blink_of_an_eye() -> None:
    now = datetime(2024, 5, 15, 12, tzinfo=UTC)
    schedules = [Calendar((clock,), BERLIN) for clock in EVERY_MINUTE[:1000]] + [Calendar(EVERY_MINUTE, BERLIN)]
    for schedule in schedules:
        schedule.following(now)
    began = perf_counter()
    for schedule in schedules:
        schedule.following(now)
    assert perf_counter() - began < 0.25
