"""Words for lengths of time."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import (
    LONGEST,
    BadTime,
    describe_duration,
    is_duration,
    parse_duration,
    suggest_duration,
    write_duration,
)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("5s", timedelta(seconds=5)),
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(hours=24)),
        ("7d", timedelta(days=7)),
        ("2W", timedelta(weeks=2)),
        (" 1d12h ", timedelta(hours=36)),
        ("36500d", LONGEST),
    ],
)
def test_a_number_and_a_unit_make_a_duration(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("", "24h"),
        ("foo", "24h"),
        ("24", "24h"),
        ("0h", "24h"),
        ("-5h", "24h"),
        ("٣d", "24h"),
        ("3 days", "3d"),
        ("an hour", "1h"),
        ("last week", "1w"),
        ("2 months ago", "60d"),
        ("1 year", "365d"),
        ("90 min", "90m"),
        ("36501d", "365d"),
        ("999999999d", "365d"),
        ("999999999w", "365d"),
        ("9" * 5000 + "d", "24h"),
    ],
)
def test_anything_else_is_refused_with_what_to_write(text: str, suggestion: str) -> None:
    with pytest.raises(BadTime) as caught:
        parse_duration(text)
    assert caught.value.suggestion == suggestion
    assert str(caught.value).endswith("write a number and a unit, such as 30m, 24h, 7d or 2w.")


@given(st.text())
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with suppress(BadTime):
        assert timedelta() < parse_duration(text) <= LONGEST


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=LONGEST))
def test_every_duration_of_whole_seconds_can_be_written(duration: timedelta) -> None:
    seconds = duration // timedelta(seconds=1)
    text = f"{seconds // 86400}d{seconds % 86400}s"
    assert is_duration(text)
    assert parse_duration(text) == timedelta(seconds=seconds)


def test_prose_that_is_no_duration_suggests_none() -> None:
    assert suggest_duration("yesterday") == ""


@pytest.mark.parametrize(
    ("duration", "written", "prose"),
    [
        (timedelta(seconds=1), "1s", "second"),
        (timedelta(seconds=90), "1m30s", "90 seconds"),
        (timedelta(minutes=15), "15m", "15 minutes"),
        (timedelta(hours=1), "1h", "hour"),
        (timedelta(hours=36), "1d12h", "36 hours"),
        (timedelta(days=1), "1d", "day"),
        (timedelta(days=7), "1w", "week"),
        (timedelta(days=10), "1w3d", "10 days"),
    ],
)
def test_a_duration_is_written_in_a_command_and_in_prose(duration: timedelta, written: str, prose: str) -> None:
    assert write_duration(duration) == written
    assert describe_duration(duration) == prose


@given(st.integers(1, 36_500 * 86_400).map(lambda seconds: timedelta(seconds=seconds)))
def test_a_written_duration_reads_back_as_itself(duration: timedelta) -> None:
    assert parse_duration(write_duration(duration)) == duration
