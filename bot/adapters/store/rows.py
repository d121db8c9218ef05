"""Domain objects as rows, and rows as domain objects."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import time, timedelta
from functools import lru_cache
from hashlib import blake2b
from json.encoder import encode_basestring_ascii
from typing import Any

from sqlalchemy import RowMapping

from bot.domain.access import ChannelId, GroupId, UserId
from bot.domain.digests import Entry, ScopeHealth
from bot.domain.events import AuditEvent, Category, Risk
from bot.domain.fingerprints import Core, Sighting, Variant
from bot.domain.mutes import MuteId
from bot.domain.query import Filters
from bot.domain.schedules import Calendar, Interval, Schedule
from bot.domain.scopes import Region, Scope, scope_from_mrn
from bot.domain.subscriptions import Mode, Origin, Standing, Subscription, SubscriptionId, Terms

JSON = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


@lru_cache(maxsize=4096)
def scope_of(region: str, mrn: str) -> Scope:
    """The scope that a row names.

    Raises:
        ValueError: it names none.
    """
    scope = scope_from_mrn(mrn, Region(region))
    if scope is None:
        raise ValueError(f"{mrn!r} is not the name of a scope")
    return scope


def scopes_to_json(scopes: Iterable[Scope]) -> str:
    """Scopes, in their order."""
    return JSON.encode([[scope.region.value, scope.mrn] for scope in scopes])


def scopes_from_json(text: str) -> tuple[Scope, ...]:
    """What :func:`scopes_to_json` was given."""
    return tuple(scope_of(region, mrn) for region, mrn in json.loads(text))


def health_of(row: RowMapping) -> ScopeHealth:
    """A row of ``scopes``."""
    return ScopeHealth(
        scope=scope_of(row["region"], row["mrn"]),
        fence=row["fence"],
        watched_since=row["watched_since"],
        watermark=row["watermark"],
        entries=row["entries"],
        last_read=row["last_read"],
        last_attempt=row["last_attempt"],
        last_deep_scan=row["last_deep_scan"],
        failures=row["failures"],
        reason=row["reason"],
        told=row["told"],
        gap_since=row["gap_since"],
        remembered_since=row["remembered_since"],
    )


def sighting_row(scope: int, sighting: Sighting) -> dict[str, object]:
    """A row of ``staged``."""
    event = sighting.event
    body = (
        event.timestamp,
        event.action,
        event.actor_name,
        event.actor_mrn,
        event.resource,
        event.message,
        event.ip,
        event.parent,
    )
    return {
        "scope": scope,
        "core": sighting.core,
        "variant": sighting.variant,
        "occurrence": sighting.occurrence,
        "at": event.at,
        "actor": name_of(event.actor_mrn),
        "resource": name_of(event.resource),
        "body": f"[{','.join('null' if field is None else encode_basestring_ascii(field) for field in body)}]",
    }


@lru_cache(maxsize=4096)
def name_of(text: str | None) -> int | None:
    """A number of 64 bits that stands for an actor or a resource in an index; None where there is none."""
    if not text:
        return None
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def entry_of(scope: Scope, row: RowMapping) -> Entry:
    """A row of ``events`` that has a number."""
    return Entry(row["number"], AuditEvent(scope, row["at"], *json.loads(row["body"])), row["known_at"])


def known_of(rows: Iterable[Sequence[Any]]) -> dict[Core, Counter[Variant]]:
    """Rows of core, variant and how many there are of them."""
    known: dict[Core, Counter[Variant]] = {}
    for core, variant, count in rows:
        known.setdefault(Core(bytes(core)), Counter())[Variant(bytes(variant))] = count
    return known


def terms_to_json(terms: Terms) -> str:
    """Terms, whole."""
    filters = terms.filters
    return JSON.encode(
        {
            "scopes": [[scope.region.value, scope.mrn] for scope in terms.scopes],
            "channel": terms.channel,
            "mode": terms.mode.value,
            "filters": {
                "actor": filters.actor,
                "action": filters.action,
                "resource": filters.resource,
                "text": filters.text,
                "categories": sorted(category.value for category in filters.categories),
                "risks": sorted(risk.value for risk in filters.risks),
            },
            "zone": terms.zone,
            "schedule": None if terms.schedule is None else _schedule_to_dict(terms.schedule),
            "mention": terms.mention,
            "reassure_after": None if terms.reassure_after is None else terms.reassure_after.total_seconds(),
        }
    )


@lru_cache(maxsize=4096)
def terms_from_json(text: str) -> Terms:
    """What :func:`terms_to_json` was given."""
    kept = json.loads(text)
    filters = kept["filters"]
    return Terms(
        scopes=tuple(scope_of(region, mrn) for region, mrn in kept["scopes"]),
        channel=ChannelId(kept["channel"]),
        mode=Mode(kept["mode"]),
        filters=Filters(
            **{name: filters[name] for name in ("actor", "action", "resource", "text")},
            categories=frozenset(map(Category, filters["categories"])),
            risks=frozenset(map(Risk, filters["risks"])),
        ),
        zone=kept["zone"],
        schedule=None if kept["schedule"] is None else _schedule_from_dict(kept["schedule"]),
        mention=None if kept["mention"] is None else GroupId(kept["mention"]),
        reassure_after=None if kept["reassure_after"] is None else timedelta(seconds=kept["reassure_after"]),
    )


# In fields of its own: what is stored can be read whatever becomes of the words that people write.
def _schedule_to_dict(schedule: Schedule) -> dict[str, object]:
    match schedule:
        case Interval(every):
            return {"every": every.total_seconds()}
        case Calendar(times, zone, days, months, weekdays):
            return {
                "times": [clock.isoformat("minutes") for clock in times],
                "zone": zone,
                "days": sorted(days),
                "months": sorted(months),
                "weekdays": sorted(weekdays),
            }


def _schedule_from_dict(kept: Mapping[str, Any]) -> Schedule:
    if "every" in kept:
        return Interval(timedelta(seconds=kept["every"]))
    return Calendar(
        times=tuple(map(time.fromisoformat, kept["times"])),
        zone=kept["zone"],
        days=frozenset(kept["days"]),
        months=frozenset(kept["months"]),
        weekdays=frozenset(kept["weekdays"]),
    )


def subscription_of(row: RowMapping, cursors: Mapping[Scope, int]) -> Subscription:
    """A row of ``subscriptions``; ``cursors`` may be those of more scopes than it has."""
    terms = terms_from_json(row["terms"])
    return Subscription(
        id=SubscriptionId(row["id"]),
        key=row["key"],
        origin=Origin(row["origin"]),
        terms=terms,
        owner=None if row["owner"] is None else UserId(row["owner"]),
        created=row["created"],
        version=row["version"],
        last_slot=row["last_slot"],
        covered_until=row["covered_until"],
        last_posted=row["last_posted"],
        cursors={scope: cursors[scope] for scope in terms.scopes},
        standing=Standing(row["standing"]),
        reason=row["reason"],
        muted=_counts_from_json(row["muted"]),
    )


def counts_to_json(counts: Mapping[MuteId, int]) -> str:
    """How many events were muted by which rule."""
    return JSON.encode({str(mute): count for mute, count in counts.items()})


def _counts_from_json(text: str) -> dict[MuteId, int]:
    return {MuteId(int(mute)): count for mute, count in json.loads(text).items()}
