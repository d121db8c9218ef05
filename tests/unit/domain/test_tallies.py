from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.events import AuditEvent, Risk
from bot.domain.scopes import Scope, ScopeKind
from bot.domain.tallies import By, Tally

ACME = Scope(ScopeKind.ORGANIZATION, "acme")
NOON = datetime(2024, 5, 6, 12, 30, tzinfo=UTC)
EVENT = AuditEvent(ACME, NOON, "", "mondoo.x.Y.CreateServiceAccount", "Ada", "//u", "//r", "m")


def test_events_are_counted_by_the_hours_of_a_zone_and_their_risk() -> None:
    counted = Tally(ZoneInfo("Europe/Berlin"))
    counted.add([EVENT, replace(EVENT, action="mondoo.x.Y.Login"), replace(EVENT, at=NOON + timedelta(hours=1))])
    hour = datetime(2024, 5, 6, 14)  # noqa: DTZ001 — as clocks on a wall show it
    assert counted.hours[hour] == {Risk.HIGH: 1, Risk.LOW: 1}
    assert sum(count.total() for count in counted.hours.values()) == 3


def test_events_are_counted_by_actor_and_by_action() -> None:
    counted = Tally(UTC)
    counted.add([EVENT, replace(EVENT, actor_name="", actor_mrn=""), EVENT])
    assert counted.by(By.ACTOR) == {"Ada": 2, "someone unknown": 1}
    assert counted.by(By.ACTION) == {"CreateServiceAccount": 3}


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_ends_of_time_are_counted_too(at: datetime, zone: str) -> None:
    counted = Tally(ZoneInfo(zone))
    counted.add([replace(EVENT, at=at)])
    assert len(counted.hours) == 1
