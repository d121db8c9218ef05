"""Words for moments, and moments in words."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import BadTime
from bot.domain.moments import describe_window, parse_since, parse_until, write_moment
from bot.domain.query import Window

NOW = datetime(2024, 5, 15, 12, 30, 15, 500_000, tzinfo=UTC)  # a Wednesday, 14:30 in Berlin
BERLIN = "Europe/Berlin"
ZONES = st.sampled_from(["UTC", BERLIN, "America/Havana", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu"])
INSTANTS = st.datetimes(
    min_value=datetime(1970, 1, 3),  # noqa: DTZ001 — hypothesis adds the zone
    max_value=datetime(2999, 12, 29),  # noqa: DTZ001 — likewise
    timezones=st.just(UTC),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-05-01", "2024-04-30T22:00"),
        ("2024-01-01", "2023-12-31T23:00"),
        ("2024-05-01T10:00", "2024-05-01T08:00"),
        ("2024-05-01t10:00:07", "2024-05-01T08:00:07"),
        ("2024-05-01 10:00", "2024-05-01T08:00"),
        (" 2024-05-01   9:00 ", "2024-05-01T07:00"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00"),
        ("2024-05-01t10:00:00z", "2024-05-01T10:00"),
        ("2024-05-01T10:00:00+03:00", "2024-05-01T07:00"),
        ("2024-05-01T10:00-0330", "2024-05-01T13:30"),
        ("2024-05-06T13:48:33+03:00", "2024-05-06T10:48:33"),
        ("2024-05-01 10:00 Z", "2024-05-01T10:00"),
        ("2024-05-01 Europe/London", "2024-04-30T23:00"),
        ("2024-05-01 10:00 america/new_york", "2024-05-01T14:00"),
        ("2024-05-01+02:00", "2024-04-30T22:00"),
        ("2024\N{NON-BREAKING HYPHEN}05\N{EN DASH}01", "2024-04-30T22:00"),
        ("now", "2024-05-15T12:30:15"),
        ("NOW", "2024-05-15T12:30:15"),
        ("today", "2024-05-14T22:00"),
        ("Today 09:00", "2024-05-15T07:00"),
        ("today Asia/Tokyo", "2024-05-14T15:00"),
        ("yesterday", "2024-05-13T22:00"),
        ("yesterday 18:00 UTC", "2024-05-14T18:00"),
        ("wednesday", "2024-05-14T22:00"),
        ("wed", "2024-05-14T22:00"),
        ("Thursday", "2024-05-08T22:00"),
        ("mon", "2024-05-12T22:00"),
        ("wed 14:30", "2024-05-15T12:30"),
        ("wed 14:31", "2024-05-08T12:31"),
        ("mon 09:00 UTC", "2024-05-13T09:00"),
        ("14:30", "2024-05-15T12:30"),
        ("14:31", "2024-05-14T12:31"),
        ("09:00", "2024-05-15T07:00"),
        ("10:00 Asia/Tokyo", "2024-05-15T01:00"),
        ("24h", "2024-05-14T12:30:15"),
        ("30m", "2024-05-15T12:00:15"),
        ("2w", "2024-05-01T12:30:15"),
        ("1d12h", "2024-05-14T00:30:15"),
    ],
)
def test_words_mean_an_instant_in_the_readers_zone_or_in_their_own(text: str, instant: str) -> None:
    assert parse_since(text, now=NOW, zone=BERLIN) == utc(instant)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2024-05-01T10:00:00.5Z", "2024-05-01T10:00:00", "2024-05-01T10:00:01"),
        ("2024-05-01T10:00:00,000000001Z", "2024-05-01T10:00:00", "2024-05-01T10:00:01"),
        ("2024-05-01T10:00:00.000Z", "2024-05-01T10:00:00", "2024-05-01T10:00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59", "2017-01-01T00:00:00"),
        ("now", "2024-05-15T12:30:15", "2024-05-15T12:30:16"),
        ("24h", "2024-05-14T12:30:15", "2024-05-14T12:30:16"),
        ("2024-10-27 02:30", "2023-10-29T00:30", "2023-10-29T01:30"),
        ("2024-03-31 02:30", "2024-03-31T01:00", "2024-03-31T01:00"),
    ],
)
def test_since_takes_the_first_instant_in_doubt_and_until_the_last(text: str, since: str, until: str) -> None:
    text = text.replace("2024-10-27", "2023-10-29")
    assert parse_since(text, now=NOW, zone=BERLIN) == utc(since)
    assert parse_until(text, now=NOW, zone=BERLIN) == utc(until)


def test_the_latest_time_of_a_clock_may_be_this_very_moment() -> None:
    assert parse_since("14:30", now=utc("2024-05-15T12:30"), zone=BERLIN) == utc("2024-05-15T12:30")


def test_a_day_ends_a_window_at_its_start_even_where_its_midnight_comes_twice() -> None:
    assert parse_until("2023-11-05", now=NOW, zone="America/Havana") == utc("2023-11-05T04:00")


def test_a_time_in_a_zone_that_nobody_knows_is_read_in_utc() -> None:
    assert parse_since("2024-05-01", now=NOW, zone="Mars/Base") == utc("2024-05-01T00:00")


@pytest.mark.parametrize(
    ("text", "suggestion", "word"),
    [
        ("", "24h", "not a moment"),
        ("foo", "24h", "not a moment"),
        ("Europe/Berlin", "24h", "not a moment"),
        ("mondey", "monday", "not a moment"),
        ("yesterdy", "yesterday", "not a moment"),
        ("3 days ago", "3d", "not a moment"),
        ("01.05.2024", "2024-05-01", "not a moment"),
        ("5/1/2024", "2024-05-01", "not a moment"),
        ("31/12/2023", "2023-12-31", "not a moment"),
        ("2024/05/01", "2024-05-01", "not a moment"),
        ("2024-5-1", "2024-05-01", "not a moment"),
        ("2024-05", "2024-05-01", "not a moment"),
        ("2024", "2024-01-01", "not a moment"),
        ("2024-05-01T25:00Z", "2024-05-01", "not a moment"),
        ("2024-05-01 10:60", "2024-05-01", "not a moment"),
        ("2024-05-01T10:00+99:00", "2024-05-01", "not a moment"),
        ("todayz", "today", "not a moment"),
        ("2024-02-30", "2024-02-29", "not in the calendar"),
        ("2024-13-01", "2024-01-13", "not in the calendar"),
        ("2024-13-45", "2024-12-31", "not in the calendar"),
        ("2024-00-00", "2024-01-01", "not in the calendar"),
        ("0000-01-01", "1970-01-02", "outside the years"),
        ("1969-12-31", "1970-01-02", "outside the years"),
        ("1969-12-32", "1969-12-31", "not in the calendar"),
        ("3000-01-02", "2999-12-30", "outside the years"),
        ("9999-12-31", "2999-12-30", "outside the years"),
        ("5000w", "1970-01-02", "outside the years"),
        ("999999999d", "365d", "longer than a hundred years"),
        ("0d", "24h", "no time at all"),
        ("2024-05-01 10:00 Europe/Berln", "2024-05-01 10:00 Europe/Berlin", "no time zone"),
        ("10:00 CEST", "10:00 UTC", "no time zone"),
        ("2024-05-0\N{ARABIC-INDIC DIGIT ONE}", "2024-05-01", "not a moment"),
        ("2024-05-01" * 300, "2024-05-01", "not a moment"),
    ],
)
def test_other_words_are_refused_with_what_to_write(text: str, suggestion: str, word: str) -> None:
    with pytest.raises(BadTime, match=word) as caught:
        parse_since(text, now=NOW, zone=BERLIN)
    assert caught.value.suggestion == suggestion
    assert len(str(caught.value)) < 200


WORDS = st.one_of(
    st.text(),
    st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?)?\Z"),
    st.from_regex(r"\A[0-9]{4}-0[1-9]-[0-2][1-8]T[0-2][0-3]:[0-5][0-9](Z|[+-][0-2][0-3]:[0-5][0-9])\Z"),
    st.from_regex(r"\A[0-9]{1,9}[smhdw]\Z"),
    st.from_regex(r"\A[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{1,4}\Z"),
    st.from_regex(r"\A(today|yesterday|mon|friday)?( [0-2]?[0-9]:[0-5][0-9])?( [A-Z][a-z]{2,9}/[A-Z][a-z]{2,9})?\Z"),
)


@given(WORDS, ZONES)
def test_any_words_are_a_window_of_whole_seconds_or_refused(text: str, zone: str) -> None:
    with suppress(BadTime):
        since, until = (parse(text, now=NOW, zone=zone) for parse in (parse_since, parse_until))
        assert timedelta() <= until - since < timedelta(hours=25)
        assert since.microsecond == until.microsecond == 0
        assert since.tzinfo is until.tzinfo is UTC


@given(WORDS, ZONES)
def test_what_is_suggested_can_be_read_in_the_end(text: str, zone: str) -> None:
    for _ in range(4):
        try:
            parse_since(text, now=NOW, zone=zone)
        except BadTime as error:
            text = error.suggestion
        else:
            return
    pytest.fail(f"{text} is still no moment")


@given(INSTANTS.map(lambda instant: instant.replace(microsecond=0)), ZONES)
def test_a_written_moment_reads_back_as_itself(instant: datetime, zone: str) -> None:
    text = write_moment(instant, zone)
    assert parse_since(text, now=NOW, zone=zone) == instant
    assert parse_until(text, now=NOW, zone=zone) == instant


@pytest.mark.parametrize(
    ("instant", "zone", "text"),
    [
        ("2024-04-30T22:00", BERLIN, "2024-05-01"),
        ("2024-05-01T00:00", BERLIN, "2024-05-01T02:00:00+02:00"),
        ("2024-05-01T00:00", "UTC", "2024-05-01"),
        ("2024-05-01T00:00:01", "UTC", "2024-05-01T00:00:01Z"),
        ("2024-03-10T05:00", "America/Havana", "2024-03-10"),
        ("1971-06-01T12:00", "Africa/Monrovia", "1971-06-01T12:00:00Z"),  # 44 minutes and 30 seconds behind UTC
    ],
)
def test_a_moment_is_written_as_a_day_or_with_its_offset(instant: str, zone: str, text: str) -> None:
    assert write_moment(utc(instant), zone) == text


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (None, None, "all time"),
        ("2024-04-30T22:00", None, "since Wed 1 May 2024 00:00 (Europe/Berlin)"),
        (None, "2024-05-01T10:00:05", "everything until Wed 1 May 2024 12:00:05 (Europe/Berlin)"),
        (
            "2023-12-31T23:00",
            "2024-02-01T11:00",
            "from Mon 1 Jan 2024 00:00 until Thu 1 Feb 2024 12:00 (Europe/Berlin)",
        ),
        (
            "2024-10-27T00:30",
            "2024-10-27T01:30",
            "from Sun 27 Oct 2024 02:30 UTC+02:00 until Sun 27 Oct 2024 02:30 UTC+01:00 (Europe/Berlin)",
        ),
    ],
)
def test_a_window_is_told_with_its_year_and_zone(since: str | None, until: str | None, words: str) -> None:
    window = Window(utc(since) if since else None, utc(until) if until else None)
    assert describe_window(window, BERLIN) == words


def test_a_window_is_told_in_utc_where_the_zone_is_unknown() -> None:
    assert describe_window(Window(utc("2024-05-01T00:00")), "Mars/Base") == "since Wed 1 May 2024 00:00 (UTC)"
