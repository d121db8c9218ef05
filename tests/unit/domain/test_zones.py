"""What clocks show, also where they jump."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zones import day_start, find_zone, instants, nearest_zone, zone_or_utc

ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)


@pytest.mark.parametrize("name", ["Europe/Berlin", "europe/berlin", "EUROPE/BERLIN"])
def test_a_zone_is_found_whatever_its_case(name: str) -> None:
    assert find_zone(name) == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", ["", "Europe", "../etc/passwd", "/etc/localtime", "a" * 5000, "x\0", "\ud800", "CEST"])
def test_what_is_no_zone_is_none_and_stands_for_utc(name: str) -> None:
    assert find_zone(name) is None
    assert zone_or_utc(name) == ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("rome", "Europe/Rome"),
        ("new_york", "America/New_York"),
        ("CEST", "UTC"),
        ("nowhere_at_all", "UTC"),
        ("§", "UTC"),
    ],
)
def test_the_nearest_zone_is_found_whole_or_by_its_city(name: str, meant: str) -> None:
    assert nearest_zone(name) == meant


@pytest.mark.parametrize(
    ("zone", "wall", "first", "last"),
    [
        ("Europe/Berlin", "2024-05-01T10:00", "2024-05-01T08:00", "2024-05-01T08:00"),
        ("Europe/Berlin", "2024-03-31T02:30", "2024-03-31T01:00", "2024-03-31T01:00"),
        ("Europe/Berlin", "2024-10-27T02:30", "2024-10-27T00:30", "2024-10-27T01:30"),
        ("Australia/Lord_Howe", "2024-10-06T02:15", "2024-10-05T15:30", "2024-10-05T15:30"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", "2011-12-30T10:00"),
        ("America/Toronto", "1919-03-31T00:10", "1919-03-31T04:30", "1919-03-31T04:30"),
    ],
)
def test_a_time_of_the_clock_means_its_instants(zone: str, wall: str, first: str, last: str) -> None:
    expected = tuple(datetime.fromisoformat(instant).replace(tzinfo=UTC) for instant in (first, last))
    assert instants(datetime.fromisoformat(wall), ZoneInfo(zone)) == expected


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("Europe/Berlin", "2024-03-31", "2024-03-30T23:00"),
        ("America/Havana", "2024-03-10", "2024-03-10T05:00"),  # the clocks skip midnight
        ("America/Havana", "2024-11-03", "2024-11-03T04:00"),  # and show it twice
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),  # a day that never was begins where the next one does
        ("Asia/Pyongyang", "2018-05-05", "2018-05-04T15:00"),
    ],
)
def test_a_day_starts_at_its_first_instant(zone: str, day: str, start: str) -> None:
    assert day_start(date.fromisoformat(day), ZoneInfo(zone)) == datetime.fromisoformat(start).replace(tzinfo=UTC)


@given(
    ZONES,
    st.datetimes(min_value=datetime(1970, 1, 3), max_value=datetime(2037, 12, 30)).map(  # noqa: DTZ001 — clocks show it
        lambda wall: wall.replace(microsecond=0)
    ),
)
def test_clocks_show_a_time_at_its_instants_or_jump_over_it(zone: ZoneInfo, wall: datetime) -> None:
    first, last = instants(wall, zone)
    assert first <= last
    shown = [instant.astimezone(zone).replace(tzinfo=None, fold=0) for instant in (first, last)]
    just_before = (first - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None, fold=0)
    assert shown == [wall, wall] or (first == last and just_before < wall < shown[0])


@given(ZONES, st.dates(min_value=date(1970, 1, 3), max_value=date(2037, 12, 30)))
def test_no_instant_of_a_day_lies_before_its_start(zone: ZoneInfo, day: date) -> None:
    start = day_start(day, zone)
    assert start.astimezone(zone).date() >= day
    assert (start - timedelta(seconds=1)).astimezone(zone).date() < day
