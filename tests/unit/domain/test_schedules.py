"""Words for schedules: what they mean, what is written in the place of those that mean nothing, and back."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import BadTime
from bot.domain.schedules import Calendar, Interval, Schedule, describe, parse_schedule, write_schedule
from bot.domain.slots import EVERY_DAY, EVERY_MONTH, is_grid

BERLIN = "Europe/Berlin"
NINE = (time(9),)
WORKDAYS = frozenset(range(5))
SUNDAY = frozenset({6})


def hourly(*minutes: int, hours: range = range(24)) -> tuple[time, ...]:
    return tuple(time(hour, minute) for hour in hours for minute in minutes)


@pytest.mark.parametrize(
    ("text", "schedule", "written", "prose"),
    [
        ("15m", Interval(timedelta(minutes=15)), "15m", "every 15 minutes"),
        ("every 90m", Interval(timedelta(minutes=90)), "1h30m", "every 90 minutes"),
        ("1h", Interval(timedelta(hours=1)), "1h", "every hour"),
        ("5s", Interval(timedelta(seconds=5)), "5s", "every 5 seconds"),
        ("09:00", Calendar(NINE, BERLIN), "09:00 Europe/Berlin", "at 09:00 every day, Europe/Berlin"),
        ("at 9:00 UTC", Calendar(NINE, "UTC"), "09:00 UTC", "at 09:00 every day, UTC"),
        (
            "mon-fri 17:30, 09:00 america/new_york",
            Calendar((time(9), time(17, 30)), "America/New_York", weekdays=WORKDAYS),
            "mon-fri 09:00,17:30 America/New_York",
            "at 09:00 and 17:30 on Monday to Friday, America/New_York",
        ),
        (
            "mon – fri 09:00",
            Calendar(NINE, BERLIN, weekdays=WORKDAYS),
            "mon-fri 09:00 Europe/Berlin",
            "at 09:00 on Monday to Friday, Europe/Berlin",
        ),
        (
            "Monday wed,Fri 09:00",
            Calendar(NINE, BERLIN, weekdays=frozenset({0, 2, 4})),
            "mon,wed,fri 09:00 Europe/Berlin",
            "at 09:00 on Monday, Wednesday and Friday, Europe/Berlin",
        ),
        ("daily 09:00", Calendar(NINE, BERLIN), "09:00 Europe/Berlin", "at 09:00 every day, Europe/Berlin"),
        (
            "weekends 09:00",
            Calendar(NINE, BERLIN, weekdays=frozenset({5, 6})),
            "sat,sun 09:00 Europe/Berlin",
            "at 09:00 on Saturday and Sunday, Europe/Berlin",
        ),
        (
            "fri-mon 09:00",
            Calendar(NINE, BERLIN, weekdays=frozenset({4, 5, 6, 0})),
            "mon,fri-sun 09:00 Europe/Berlin",
            "at 09:00 on Monday and Friday to Sunday, Europe/Berlin",
        ),
        (
            "0 9 * * 1-5",
            Calendar(NINE, BERLIN, weekdays=WORKDAYS),
            "mon-fri 09:00 Europe/Berlin",
            "at 09:00 on Monday to Friday, Europe/Berlin",
        ),
        (
            "0 9 * * 7 Europe/Berlin",
            Calendar(NINE, BERLIN, weekdays=SUNDAY),
            "sun 09:00 Europe/Berlin",
            "at 09:00 on Sunday, Europe/Berlin",
        ),
        ("0 9 * * 0", Calendar(NINE, BERLIN, weekdays=SUNDAY), "sun 09:00 Europe/Berlin", ""),
        ("0 9 * * SUN", Calendar(NINE, BERLIN, weekdays=SUNDAY), "sun 09:00 Europe/Berlin", ""),
        (
            "0 9 * * sat-mon",
            Calendar(NINE, BERLIN, weekdays=frozenset({5, 6, 0})),
            "mon,sat,sun 09:00 Europe/Berlin",
            "",
        ),
        ("@daily Asia/Tokyo", Calendar((time(0),), "Asia/Tokyo"), "00:00 Asia/Tokyo", "at 00:00 every day, Asia/Tokyo"),
        (
            "@hourly",
            Calendar(hourly(0), BERLIN),
            "0 * * * * Europe/Berlin",
            "at minute 0 of every hour, Europe/Berlin",
        ),
        ("@weekly", Calendar((time(0),), BERLIN, weekdays=SUNDAY), "sun 00:00 Europe/Berlin", ""),
        ("@Yearly", Calendar((time(0),), BERLIN, frozenset({1}), frozenset({1})), "0 0 1 1 * Europe/Berlin", ""),
        ("* * * * *", Calendar(hourly(*range(60)), BERLIN), "* * * * * Europe/Berlin", "every minute, Europe/Berlin"),
        (
            "*/10 * * * *",
            Calendar(hourly(*range(0, 60, 10)), BERLIN),
            "*/10 * * * * Europe/Berlin",
            "every 10 minutes, Europe/Berlin",
        ),
        (
            "*/20 8-18 * * mon-fri",
            Calendar(hourly(0, 20, 40, hours=range(8, 19)), BERLIN, weekdays=WORKDAYS),
            "*/20 8-18 * * mon-fri Europe/Berlin",
            "every 20 minutes of the hours 8 to 18 on Monday to Friday, Europe/Berlin",
        ),
        (
            "5,10 */6 * * *",
            Calendar(tuple(time(hour, minute) for hour in range(0, 24, 6) for minute in (5, 10)), BERLIN),
            "5,10 */6 * * * Europe/Berlin",
            "at the minutes 5 and 10 of the hours 0, 6, 12 and 18, Europe/Berlin",
        ),
        (
            "1-31/15 9 * jan,mar-may *",
            Calendar((time(9, 1), time(9, 16), time(9, 31)), BERLIN, months=frozenset({1, 3, 4, 5})),
            "1,16,31 9 * 1,3-5 * Europe/Berlin",
            "at 09:01, 09:16 and 09:31 every day of January, March, April and May, Europe/Berlin",
        ),
        (
            "0 9 1,10-20 * *",
            Calendar(NINE, BERLIN, frozenset({1, *range(10, 21)})),
            "0 9 1,10-20 * * Europe/Berlin",
            "at 09:00 on day 1 and 10 to 20 of the month, Europe/Berlin",
        ),
        (
            "0 9 13 * fri",
            Calendar(NINE, BERLIN, frozenset({13}), weekdays=frozenset({4})),
            "0 9 13 * fri Europe/Berlin",
            "at 09:00 on day 13 and on Friday, Europe/Berlin",
        ),
        (
            "08:00,09:00,10:00,11:00,11:30",
            Calendar((time(8), time(9), time(10), time(11), time(11, 30)), BERLIN),
            "08:00,09:00,10:00,11:00,11:30 Europe/Berlin",
            "at 08:00, 09:00, 10:00, 11:00 and 11:30, Europe/Berlin",
        ),
    ],
)
def test_words_make_a_schedule_and_a_schedule_makes_words(
    text: str, schedule: Schedule, written: str, prose: str
) -> None:
    assert parse_schedule(text, BERLIN) == schedule
    assert write_schedule(schedule) == written
    assert parse_schedule(written, "UTC") == schedule
    assert describe(schedule) == (prose or describe(schedule))


@pytest.mark.parametrize(
    ("text", "words", "suggestion"),
    [
        ("", "“” is not a schedule: write 15m, 09:00", "15m"),
        ("often", "is not a schedule", "15m"),
        ("weekdays", "is not a schedule", "mon-fri 09:00"),
        ("3s", "“3s” is too often: write 5s or longer", "5s"),
        ("15 min", "is not a length of time", "15m"),
        ("0m", "is no time at all", "24h"),
        ("9am", "“9am” is not a time of the day: write 09:00", "09:00"),
        ("12pm", "is not a time of the day", "12:00"),
        ("12am", "is not a time of the day", "00:00"),
        ("0930", "is not a time of the day", "09:30"),
        ("25:00", "is not a time of the day", "01:00"),
        ("09:00:30", "is not a time of the day", "09:00"),
        ("09:00,soon", "“soon” is not a time of the day", "09:00"),
        ("09:00,9:99,", "“9:99” is not", "09:00,10:39"),
        ("mno-fri 09:00", "“mno-fri” is no day of the week: write mon-fri", "mon-fri 09:00"),
        ("mon,tusday,x 09:00 UTC", "“tusday” is no day of the week", "mon,tuesday 09:00 UTC"),
        ("mon-fry,tusday 09:00", "“mon-fry” is no day of the week", "mon-fri,tuesday 09:00"),
        ("§ 09:00", "is no day of the week", "mon-fri 09:00"),
        ("09:00 Berlin", "There is no time zone “Berlin”", "09:00 Europe/Berlin"),
        ("09:00 new york", "There is no time zone “new_york”", "09:00 America/New_York"),
        ("0 9 * * 1-5 Europe/Berln", "There is no time zone", "0 9 * * 1-5 Europe/Berlin"),
        ("@dayly", "“@dayly” is not known here: write one like @daily", "@daily"),
        ("@reboot UTC", "is not known here", "@daily UTC"),
        ("0 0 9 * * MON", "has 6 fields: write five fields", "0 9 * * mon"),
        ("0 0 9 ? * MON *", "has 7 fields", "0 9 ? * mon"),
        ("0 9 * *", "is not cron: write five fields", "0 9 * * *"),
        ("60 9 * * *", "“60” is no minute of cron: write 0 to 59, or *", "59 9 * * *"),
        ("0,x 9 * * *", "“x” is no minute of cron", "0,0 9 * * *"),
        ("0 24 * * *", "“24” is no hour of cron", "0 23 * * *"),
        ("0 22-2 * * *", "“22-2” is no hour of cron", "0 2-22 * * *"),
        ("0 9 0 * *", "“0” is no day of the month of cron", "0 9 1 * *"),
        ("0 9 L * *", "“l” is no day of the month of cron", "0 9 * * *"),
        ("0 9 ? * *", "“?” is no day of the month of cron", "0 9 * * *"),
        ("0 9 * janvier *", "“janvier” is no month of cron: write 1 to 12 or jan to dec, or *", "0 9 * jan *"),
        ("0 9 * * monday", "“monday” is no weekday of cron: write 0 to 6 or sun to sat, or *", "0 9 * * mon"),
        ("0 9 * * 8", "“8” is no weekday of cron", "0 9 * * 6"),
        ("*/0 9 * * *", "“*/0” is no minute of cron", "* 9 * * *"),
        ("5/20 9 * * *", "“5/20” is no minute of cron", "5-59/20 9 * * *"),
        ("0 9 */2 * 1", "means different days to different crons", "0 9 * * 1"),
        ("0 9 1 * */2", "means different days to different crons", "0 9 * * */2"),
        ("0 9 30 2 *", "never comes, since those months have no such day", "0 9 1 2 *"),
        ("0 9 31 4,6,9 * UTC", "never comes", "0 9 1 4,6,9 * UTC"),
    ],
)
def test_words_that_make_no_schedule_are_answered_with_some_that_do(text: str, words: str, suggestion: str) -> None:
    with pytest.raises(BadTime) as caught:
        parse_schedule(text, BERLIN)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")
    assert caught.value.suggestion == suggestion


PIECES = st.sampled_from(
    [
        *(
            "15m",
            "3s",
            "09:00",
            "9am",
            "mon-fri",
            "mno",
            "weekends",
            "*",
            "*/5",
            "0",
            "9",
            "1-5",
            "5-1",
            "fri",
            "99",
            "1/0",
        ),
        *("UTC", "Berlin", "Europe/Berlin", "every", "at", "@daily", "@x", ",", "-", "2", "30", "jan"),
    ]
)


@given(st.text(max_size=20) | st.lists(PIECES, max_size=8).map(" ".join))
def test_suggestions_lead_to_a_schedule(text: str) -> None:
    tried: set[str] = set()
    while text not in tried:
        tried.add(text)
        try:
            parse_schedule(text, BERLIN)
        except BadTime as error:
            text = error.suggestion
        else:
            return
    pytest.fail(f"nothing becomes of {sorted(tried)}")


CLOCKS = st.sets(st.integers(0, 24 * 60 - 1), min_size=1, max_size=7).map(
    lambda minutes: tuple(time(minute // 60, minute % 60) for minute in sorted(minutes))
)
GRIDS = st.tuples(
    st.sets(st.integers(0, 23), min_size=1), st.sets(st.integers(0, 59), min_size=1) | st.just(set(range(0, 60, 15)))
).map(lambda grid: tuple(time(hour, minute) for hour in sorted(grid[0]) for minute in sorted(grid[1])))
ZONES = st.sampled_from(["UTC", BERLIN, "America/Argentina/Buenos_Aires", "Etc/GMT+5", "EST5EDT"])
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)
SCHEDULES = st.one_of(
    st.builds(Interval, st.integers(5, 36_500 * 86_400).map(lambda seconds: timedelta(seconds=seconds))),
    st.builds(Calendar, CLOCKS | GRIDS, ZONES, weekdays=WEEKDAYS),
    st.builds(
        Calendar,
        GRIDS | CLOCKS.filter(is_grid),
        ZONES,
        st.frozensets(st.integers(1, 29), min_size=1) | st.just(EVERY_DAY),
        st.frozensets(st.integers(1, 12), min_size=1) | st.just(EVERY_MONTH),
        WEEKDAYS,
    ),
)


@given(SCHEDULES)
def test_a_written_schedule_reads_back_as_itself_in_any_zone(schedule: Schedule) -> None:
    assert parse_schedule(write_schedule(schedule), "Asia/Tokyo") == schedule
    assert describe(schedule)
