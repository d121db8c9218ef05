"""Date tokens, as a reader in some zone sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.page.dates import day_name, formatted, moment_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 3, 2, 12, 0, tzinfo=BERLIN)
MOMENT = datetime(2024, 2, 23, 7, 5, 9, tzinfo=BERLIN)

TOKENS = {
    "{date_num}": "2024-02-23",
    "{date_slash}": "23/02/2024",
    "{date}": "February 23rd",
    "{date_short}": "Feb 23, 2024",
    "{date_long}": "Friday, February 23rd, 2024",
    "{date_long_full}": "February 23, 2024",
    "{date_pretty}": "February 23rd",
    "{date_short_pretty}": "Feb 23, 2024",
    "{date_long_pretty}": "Friday, February 23rd, 2024",
    "{day_divider_pretty}": "Friday, February 23rd",
    "{time}": "07:05",
    "{time_secs}": "07:05:09",
    "{ago}": "8 days ago",
    "{unknown} {date_num}": "{unknown} 2024-02-23",
    "on {date_num} at {time}": "on 2024-02-23 at 07:05",
}


@pytest.mark.parametrize("template", TOKENS)
def test_a_token_shows_the_date_its_way(template: str) -> None:
    assert formatted(MOMENT, template, NOW) == TOKENS[template]


@pytest.mark.parametrize(
    ("moment", "words"),
    [(NOW, "today"), (NOW - timedelta(days=1), "yesterday"), (NOW + timedelta(days=1), "tomorrow")],
)
def test_near_days_have_names_that_begin_a_sentence_in_capitals(moment: datetime, words: str) -> None:
    assert formatted(moment, "{date_pretty}", NOW) == words.capitalize()
    assert formatted(moment, "it was {date_short_pretty}", NOW) == f"it was {words}"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "Just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=59), "5 hours ago"),
        (-timedelta(days=3), "In 3 days"),
    ],
)
def test_the_time_that_passed_is_told_in_its_largest_unit(passed: timedelta, words: str) -> None:
    assert formatted(NOW - passed, "{ago}", NOW) == words


@pytest.mark.parametrize(
    ("day", "ordinal"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (21, "21st")]
)
def test_days_are_ordinals(day: int, ordinal: str) -> None:
    assert formatted(NOW.replace(day=day), "{date}", NOW) == f"March {ordinal}"


def test_a_divider_names_the_year_of_days_that_are_long_past() -> None:
    assert day_name(MOMENT.replace(year=2023), NOW) == "Thursday, February 23rd, 2023"


def test_midnight_is_the_readers() -> None:
    timestamp = datetime(2024, 3, 1, 23, 30, tzinfo=UTC).timestamp()
    assert day_name(moment_of(timestamp, BERLIN), NOW) == "Today"
    assert day_name(moment_of(timestamp, UTC), NOW.astimezone(UTC)) == "Yesterday"


@pytest.mark.parametrize("timestamp", [1e20, "1e400", "nan", "yesterday", -1e15])
def test_what_is_no_moment_is_refused(timestamp: float | str) -> None:
    with pytest.raises(ValueError, match=r"[0-9a-z]"):
        moment_of(timestamp, BERLIN)
