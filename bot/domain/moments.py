"""Words for moments: ``2024-05-01 10:00 Europe/Berlin``, ``yesterday``, ``24h`` to instants, and back.

What can be written::

    2024-05-01    2024-05-01T10:00    2024-05-01 10:00:30.5    a day, or a time of it
    today    yesterday 18:00                                   likewise
    monday    mon 09:00                                        the latest such day, or the latest such time
    09:00                                                      the latest such time
    24h    30m    2w    1d12h                                  so long before now
    now

All but the last two may name a zone: ``2024-05-01T10:00:00Z``, ``2024-05-01 10:00+03:00``, ``09:00 Europe/Berlin``;
without one they mean the reader's own. A day means its first instant. "The latest" is never in the future.

Nothing of a doubtful moment is ever lost to a window: a fraction of a second is rounded down for ``since`` and up for
``until``; of a time that clocks show twice, ``since`` means the first and ``until`` the last. A time that clocks skip
means the instant at which they skip it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.durations import BadTime, is_duration, parse_duration, suggest_duration
from bot.domain.query import Window
from bot.domain.wording import nearest, shown
from bot.domain.zones import day_start, find_zone, instants, nearest_zone, zone_or_utc

FIRST_YEAR = 1970
LAST_YEAR = 2999

_EARLIEST, _LATEST = "1970-01-02", "2999-12-30"
_ALMOST_A_SECOND = timedelta(microseconds=999_999)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # noqa: RUF001 — what word processors make of a hyphen
_MOMENT = re.compile(
    rf"""
    (?P<day> (?P<date>\d{{4}}-\d\d-\d\d) | today | yesterday
      | (?P<weekday> {"|".join(day[:3] for day in _WEEKDAYS)} | {"|".join(_WEEKDAYS)} ) )?
    (?: (?:\A | \ | (?<=\d)t)
      (?P<clock>
        (?P<hour>2[0-3]|[01]?\d) : (?P<minute>[0-5]\d) (?: : (?P<second>60|[0-5]\d) (?:[.,](?P<fraction>\d+))? )?
      ) )?
    (?: (?:(?<=\d) | \ ) (?: (?P<utc>z) | (?P<sign>[+-])(?P<hours>2[0-3]|[01]\d) :? (?P<minutes>[0-5]\d) )
      | \ (?P<zone>[a-z][a-z0-9_+/-]*) )?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?(?!\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-./])(\d{1,2})[-./](\d{4})(?!\d)", re.ASCII)
_ADVICE = "write 2024-05-01, 2024-05-01T10:00Z, 24h, yesterday, monday or 09:00"


def parse_since(text: str, *, now: datetime, zone: str) -> datetime:
    """The instant, in UTC and to the second, at which a window that begins with these words begins.

    Args:
        text: the words.
        now: the present, aware.
        zone: the IANA name of the reader's time zone; UTC where this machine does not know it.

    Raises:
        BadTime: the words name no moment, or one outside the years 1970 to 2999.
    """
    return _span(text, now, zone_or_utc(zone))[0]


def parse_until(text: str, *, now: datetime, zone: str) -> datetime:
    """The instant, in UTC and to the second, before which a window that ends with these words ends.

    See :func:`parse_since`, from which it differs in fractions of seconds and in times that clocks show twice.
    """
    return _span(text, now, zone_or_utc(zone))[1]


def write_moment(instant: datetime, zone: str) -> str:
    """The instant in words that mean it: a day where one starts then in the zone, else RFC 3339."""
    local = instant.astimezone(zone_or_utc(zone))
    if day_start(local.date(), zone_or_utc(zone)) == instant:
        return local.date().isoformat()
    whole_minutes = (local.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()
    written = local if whole_minutes else instant.astimezone(UTC)
    return written.isoformat().replace("+00:00", "Z")


def describe_window(window: Window, zone: str) -> str:
    """The window in words, as in ``since Wed 1 May 2024 00:00 (Europe/Berlin)``.

    It is told in UTC where this machine does not know the zone.
    """
    home = zone_or_utc(zone)
    since = window.since and _spoken(window.since, home)
    until = window.until and _spoken(window.until, home)
    if since and until:
        return f"from {since} until {until} ({home.key})"
    if since:
        return f"since {since} ({home.key})"
    return f"everything until {until} ({home.key})" if until else "all time"


def _spoken(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    day = f"{_WEEKDAYS[local.weekday()][:3].title()} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    clock = local.time().isoformat("seconds" if local.second else "minutes")
    first, last = instants(local.replace(tzinfo=None, fold=0, microsecond=0), zone)
    # Of a time that clocks show twice only the offset says which one is meant.
    return f"{day} {clock}" if first == last else f"{day} {clock} UTC{local.isoformat()[-6:]}"


def _span(text: str, now: datetime, home: ZoneInfo) -> tuple[datetime, datetime]:
    words = " ".join(text.translate(_DASHES).split())
    if words.casefold() == "now":
        first = last = now.astimezone(UTC)
    elif is_duration(words):
        first = last = now.astimezone(UTC) - parse_duration(words)
    else:
        first, last = _named(words, now, home)
    if first.year < FIRST_YEAR:
        raise _outside(words, _EARLIEST)
    if last.year > LAST_YEAR:
        raise _outside(words, _LATEST)
    return first.replace(microsecond=0), (last + _ALMOST_A_SECOND).replace(microsecond=0)


def _named(words: str, now: datetime, home: ZoneInfo) -> tuple[datetime, datetime]:
    """The first and the last instant that a day, a time or both can mean."""
    match = _MOMENT.fullmatch(words)
    if match is None or not (match["day"] or match["clock"]):
        raise _unreadable(words)
    zone = _zone(match, home)
    day, period = _day(match, now.astimezone(zone).date())
    if not match["clock"]:
        start = day_start(day, zone)
        return start, start
    # Python knows no leap seconds: one lies between the second before it and the second after.
    second = min(int(match["second"] or 0), 59)
    unsure = match["second"] == "60" or (match["fraction"] or "").strip("0") != ""
    clock = time(int(match["hour"]), int(match["minute"]), second)
    first, last = instants(datetime.combine(day, clock), zone)
    if period and first > now:
        first, last = instants(datetime.combine(day - period, clock), zone)
    return first, last + timedelta(seconds=1) if unsure else last


def _zone(match: re.Match[str], home: ZoneInfo) -> tzinfo:
    if match["utc"]:
        return UTC
    if match["sign"]:
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
        return timezone(offset if match["sign"] == "+" else -offset)
    if not match["zone"]:
        return home
    zone = find_zone(match["zone"])
    if zone is None:
        likely = nearest_zone(match["zone"])
        raise BadTime(
            f"There is no time zone {shown(match['zone'])}: write its IANA name, such as {likely}.",
            suggestion=match.string[: match.start("zone")] + likely,
        )
    return zone


def _day(match: re.Match[str], today: date) -> tuple[date, timedelta]:
    """The latest day that is meant, and how long before it the next one is: nothing where only that day is meant."""
    if match["date"]:
        return _date(match["date"]), timedelta()
    if match["weekday"]:
        weekday = [name[:3] for name in _WEEKDAYS].index(match["weekday"][:3].lower())
        return today - timedelta(days=(today.weekday() - weekday) % 7), timedelta(weeks=1)
    match (match["day"] or "").lower():
        case "today":
            return today, timedelta()
        case "yesterday":
            return today - timedelta(days=1), timedelta()
        case _:
            return today, timedelta(days=1)


def _date(text: str) -> date:
    # Whether a day lies outside for UTC too is seen when its instants are known.
    if int(text[:4]) < FIRST_YEAR - 1:
        raise _outside(text, _EARLIEST)
    if int(text[:4]) > LAST_YEAR + 1:
        raise _outside(text, _LATEST)
    likely = _likely_day(text)
    if likely != text:
        raise BadTime(f"{shown(text)} is not in the calendar: write one that is, such as {likely}.", suggestion=likely)
    return date.fromisoformat(text)


def _outside(words: str, likely: str) -> BadTime:
    return BadTime(
        f"{shown(words)} lies outside the years {FIRST_YEAR} to {LAST_YEAR}: write a day in them, such as {likely}.",
        suggestion=likely,
    )


def _unreadable(words: str) -> BadTime:
    likely = _likely_day(words) or suggest_duration(words) or nearest(words, ("now", "today", "yesterday", *_WEEKDAYS))
    return BadTime(f"{shown(words)} is not a moment that can be read: {_ADVICE}.", suggestion=likely or "24h")


def _likely_day(words: str) -> str:
    """The nearest day of the calendar to one that is written somehow in the words; empty where there is none."""
    if match := _YEAR_LAST.search(words):
        month, day, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == ".":
            month, day = day, month
    elif match := _YEAR_FIRST.search(words):
        year, month, day = (int(part or 1) for part in match.groups())
    else:
        return ""
    if month > 12 >= day:  # noqa: PLR2004 — a year has 12 months
        month, day = day, month
    year, month = min(max(year, FIRST_YEAR - 1), LAST_YEAR + 1), min(max(month, 1), 12)
    return date(year, month, min(max(day, 1), monthrange(year, month)[1])).isoformat()
