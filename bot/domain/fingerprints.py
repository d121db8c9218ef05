"""What tells one event from another, though Mondoo gives its events no identity.

Two events may be equal in every field: their times have a resolution of one second. So events are counted. Of those
that share a *core*, the fields that every Mondoo server sends, as many are new as there are more than were known. Which
of them, their *variant* decides: the fields that only some servers send. If those were part of what makes an event the
same, every known event would be taken for a new one on the day on which a server begins to send them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NewType

from bot.domain.events import AuditEvent

Core = NewType("Core", bytes)
"""16 bytes that stand for the fields that every server sends."""
Variant = NewType("Variant", bytes)
"""8 bytes that stand for the fields that only some servers send."""

Known = Mapping[Core, Counter[Variant]]
"""How many events are known of each core, by variant."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An event that was seen, and how it is told from others: it is the ``occurrence``-th of its core, from 1."""

    event: AuditEvent
    core: Core
    variant: Variant
    occurrence: int


def core_of(event: AuditEvent) -> Core:
    """The event's core: its time as Mondoo wrote it, action, actor, resource and message."""
    fields = (event.timestamp, event.action, event.actor_name, event.actor_mrn, event.resource, event.message)
    return Core(_digest(fields, 16))


def variant_of(event: AuditEvent) -> Variant:
    """The event's variant: its address and its parent, where the server sends them."""
    return Variant(_digest((event.ip, event.parent), 8))


def sift(events: Sequence[AuditEvent], known: Known) -> list[Sighting]:
    """The events that are new, in their order.

    Args:
        events: all events that a log holds of one or more whole seconds.
        known: what is known of their cores; a core that is missing is unknown.
    """
    groups: dict[Core, list[tuple[AuditEvent, Variant]]] = {}
    for event in events:
        groups.setdefault(core_of(event), []).append((event, variant_of(event)))
    new: list[tuple[int, Sighting]] = []
    order = {id(event): place for place, event in enumerate(events)}
    for core, seen in groups.items():
        before = known.get(core, Counter())
        wanted = len(seen) - before.total()
        if wanted <= 0:
            continue
        unmatched, matched = _unmatched_first(seen, before)
        chosen = sorted((unmatched + matched)[:wanted], key=lambda each: order[id(each[0])])
        new += [
            (order[id(event)], Sighting(event, core, variant, before.total() + number))
            for number, (event, variant) in enumerate(chosen, start=1)
        ]
    return [sighting for _, sighting in sorted(new, key=lambda each: each[0])]


def _unmatched_first(
    seen: list[tuple[AuditEvent, Variant]], before: Counter[Variant]
) -> tuple[list[tuple[AuditEvent, Variant]], list[tuple[AuditEvent, Variant]]]:
    left = Counter(before)
    unmatched, matched = [], []
    for event, variant in seen:
        if left[variant] > 0:
            left[variant] -= 1
            matched.append((event, variant))
        else:
            unmatched.append((event, variant))
    return unmatched, matched


def _digest(fields: Sequence[str | None], size: int) -> bytes:
    """A hash of the fields in which none can pass for a part of its neighbour."""
    hashed = blake2b(digest_size=size)
    for field in fields:
        if field is None:
            hashed.update(b"-")
            continue
        encoded = field.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(encoded))
        hashed.update(encoded)
    return hashed.digest()
