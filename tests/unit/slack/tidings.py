"""Digests, and the health of their sources, as the services would give them to a composer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.access import ChannelId, GroupId, UserId
from bot.domain.digests import Digest, DigestId, Entry, ScopeHealth, Source
from bot.domain.events import AuditEvent
from bot.domain.schedules import Interval
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.subscriptions import DIGEST_FILTERS, Mode, Origin, Subscription, SubscriptionId, Terms

from .pages import SCOPE, history

LAB = Scope(ScopeKind.SPACE, "lab-1", Region.EU)
CATALOG = ScopeCatalog((SCOPE, LAB), (("prod", SCOPE), ("lab", LAB)))
ONCALL = GroupId("S0ONCALLGRP")
AUDIT = ChannelId("C0SECAUDIT0")
OWNER = UserId("U0OLIVIAOWN")
SINCE = datetime(2024, 3, 22, 8, tzinfo=UTC)
UNTIL = datetime(2024, 3, 22, 20, tzinfo=UTC)
NOW = UNTIL + timedelta(seconds=20)
DAILY = Interval(timedelta(hours=12))


def subscription(**changes: Any) -> Subscription:  # noqa: ANN401 — any field of the subscription's or its terms'
    """A digest of one scope to one channel; ``changes`` are of its terms where those have such a field."""
    terms = Terms((SCOPE,), AUDIT, Mode.DIGEST, DIGEST_FILTERS, "Europe/Berlin", DAILY)
    mine = {name: changes.pop(name) for name in [*changes] if hasattr(terms, name)}
    if mine.get("mode") is Mode.ALERT:
        mine["schedule"] = None
    base = Subscription(
        id=SubscriptionId(3),
        key="key-3",
        origin=Origin.SLACK,
        terms=replace(terms, **mine),
        owner=OWNER,
        created=SINCE - timedelta(days=3),
        version=1,
        last_slot=SINCE,
        covered_until=SINCE,
        last_posted=SINCE,
        cursors={SCOPE: 0},
    )
    return replace(base, **changes)


def health(scope: Scope = SCOPE, **changes: Any) -> ScopeHealth:  # noqa: ANN401 — any field
    """A source that was just read."""
    base = ScopeHealth(
        scope=scope,
        fence=7,
        watched_since=SINCE - timedelta(days=3),
        watermark=UNTIL - timedelta(minutes=2),
        entries=340,
        last_read=UNTIL,
        last_attempt=UNTIL,
        last_deep_scan=SINCE,
        failures=0,
        reason="",
        told=False,
        gap_since=None,
    )
    return replace(base, **changes)


def broken(scope: Scope = LAB, **changes: Any) -> ScopeHealth:  # noqa: ANN401 — any field
    """A source that could not be read for two hours."""
    begun = UNTIL - timedelta(hours=2)
    failed = health(scope, last_read=begun, failures=5, reason="Mondoo answered 503", told=True, gap_since=begun)
    return replace(failed, **changes)


def digest(events: Sequence[AuditEvent], **changes: Any) -> Digest:  # noqa: ANN401 — any field
    """A digest of these events."""
    base = Digest(
        id=DigestId("0123456789abcdef0123456789"),
        subscription=subscription(),
        created=NOW,
        since=SINCE,
        until=UNTIL,
        sources=(Source(health(), 0, 340),),
        entries=tuple(Entry(n, event, UNTIL) for n, event in enumerate(events, start=1)),
        looked_at=len(events) + 28,
    )
    return replace(base, **changes)


def busy(count: int, *, hours: float = 12) -> tuple[AuditEvent, ...]:
    """So many events, oldest first, over the digest's period; by four people and a machine."""
    people = ("Jane Doe", "John Smith", "Mei Lin", "Omar Haddad", "ci-deployer")
    step = timedelta(hours=hours) / max(count, 1)
    made = []
    for number, event in enumerate(history(count)):
        at = SINCE + number * step
        at = at.replace(microsecond=0)
        who = people[number * number % 5]
        resource = f"{event.resource}{number}"
        made.append(
            replace(
                event,
                at=at,
                timestamp=at.isoformat(),
                actor_name=who,
                actor_mrn=f"{event.actor_mrn}{who}",
                resource=resource,
            )
        )
    return tuple(made)
