"""Digests, and the health of their sources, as the services would give them to a composer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.limits import violations
from bot.domain.access import ChannelId, GroupId, UserId
from bot.domain.deliveries import Attachment, Message, Parcel
from bot.domain.digests import Digest, DigestId, Entry, ScopeHealth, Source
from bot.domain.events import AuditEvent
from bot.domain.schedules import Interval
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.stories import Story
from bot.domain.subscriptions import DIGEST_FILTERS, Mode, Origin, Subscription, SubscriptionId, Terms
from bot.sandbox.slack.blocks.active import Active, Activity, active_content
from bot.sandbox.slack.blocks.validator import check_message

from .pages import SCOPE, USERS, history

LAB = Scope(ScopeKind.SPACE, "lab-1", Region.EU)
CATALOG = ScopeCatalog((SCOPE, LAB), (("prod", SCOPE), ("lab", LAB)))
ONCALL = GroupId("S0ONCALLGRP")
AUDIT = ChannelId("C0SECAUDIT0")
OWNER = UserId("U0OLIVIAOWN")
SINCE = datetime(2024, 3, 22, 8, tzinfo=UTC)
UNTIL = datetime(2024, 3, 22, 20, tzinfo=UTC)
NOW = UNTIL + timedelta(seconds=20)
DAILY = Interval(timedelta(hours=12))
NUMBER = re.compile(r"no-(\d+)-no")


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
                actor_mrn=f"{USERS}/{who.replace(' ', '-').lower()}",
                resource=resource,
            )
        )
    return tuple(made)


def stories(events: Sequence[AuditEvent]) -> tuple[Story, ...]:
    """A story of each event: of every other one, that it never happened before."""
    last = "the first service account created by Jane Doe since 3 January 2024, when collecting began"
    return tuple(
        Story(event, last) if number % 2 else Story(event, f"owner for {number + 2} minutes", event)
        for number, event in enumerate(events)
    )


def forms(parcel: Parcel) -> Iterator[Json]:
    """Every form of every message in a parcel."""
    for part in parcel.parts:
        if isinstance(part, Message):
            yield from map(dict, part.forms)


def blocks_of(form: Json) -> list[Json]:
    """A form's blocks, with those that have a stripe of colour."""
    held: Any = form
    return [*held["blocks"], *(block for attachment in held.get("attachments", []) for block in attachment["blocks"])]


def complaints(form: Json) -> list[str]:
    """What Slack, or the bot's own guard, would have against a form."""
    verdict = check_message(blocks_of(form))
    return [*violations(form), *([str(verdict)] if verdict.error else [])]


def active(form: Json) -> list[Active]:
    """What is active in a form, dates aside."""
    found = active_content(blocks_of(form), str(form["text"]))
    return [each for each in found if each.activity is not Activity.DATE]


def words_of(piece: object) -> Iterator[str]:
    """Every text in a form but for the fallback."""
    if isinstance(piece, list):
        for item in piece:
            yield from words_of(item)
    elif isinstance(piece, dict):
        for name, held in piece.items():
            if isinstance(held, str) and name in {"text", "fallback"}:
                yield held
            else:
                yield from words_of(held)


def told(parcel: Parcel, form: int) -> Counter[str]:
    """How often each event's own number, written ``no-7-no`` in its message, can be read in that form of each part."""
    found: Counter[str] = Counter()
    for part in parcel.parts:
        if isinstance(part, Attachment):
            found.update(NUMBER.findall(part.content))
        else:
            held = dict(part.forms[min(form, len(part.forms) - 1)])
            found.update(NUMBER.findall(" ".join(words_of(blocks_of(held)))))
    return found
