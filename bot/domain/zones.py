"""Time zones, and the instants at which a clock in one of them shows a time.

Clocks jump. Where one jumps forward it never shows the times in between: such a time means the instant of the jump.
Where one jumps back it shows some times twice: such a time means both instants, and the caller chooses.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.wording import nearest

_LONGEST_ABBREVIATION = 5


@lru_cache(1024)
def find_zone(name: str) -> ZoneInfo | None:
    """The IANA time zone of that name, compared without case; None where there is none."""
    known = _zones_by_folded_name().get(name.casefold())
    return ZoneInfo(known) if known is not None else None


def zone_or_utc(name: str) -> ZoneInfo:
    """The IANA time zone of that name, or UTC where there is none: Slack may know zones that this machine does not."""
    return find_zone(name) or ZoneInfo("UTC")


def nearest_zone(name: str) -> str:
    """The name of the time zone that looks most like the given name, whole or by its city; UTC where none does.

    An abbreviation is like no other: ``CEST`` is far from ``EST``.
    """
    zones = [zone for zone in sorted(_zones_by_folded_name().values()) if "/" in zone]
    if len(name) <= _LONGEST_ABBREVIATION:
        zones = [zone for zone in zones if zone.casefold().endswith(f"/{name.casefold()}")]
        return zones[0] if zones else "UTC"
    cities = {zone.rpartition("/")[2]: zone for zone in zones}
    return nearest(name, zones) or cities.get(nearest(name, cities), "UTC")


@cache
def _zones_by_folded_name() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def instants(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first and the last instant at which clocks in the zone show a time, in UTC; almost always the same.

    Args:
        wall: the time shown, naive, in whole seconds.
        zone: where the clocks are.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    last = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first <= last:
        return first, last
    # The clocks skip this time. Read with the offset from before the jump it lies after it, and the other way round.
    jump = _next_change(last, first, zone)
    return jump, jump


def _next_change(begin: datetime, end: datetime, zone: tzinfo) -> datetime:
    old = begin.astimezone(zone).utcoffset()
    seconds = bisect_left(
        range((end - begin) // timedelta(seconds=1)),
        x=True,
        key=lambda second: (begin + timedelta(seconds=second)).astimezone(zone).utcoffset() != old,
    )
    return begin + timedelta(seconds=seconds)


def day_start(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day in the zone, in UTC: not always midnight, since clocks may skip that."""
    return instants(datetime.combine(day, time()), zone)[0]
