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
from operator import itemgetter
from typing import NewType

from bot.domain.events import AuditEvent

Core = NewType("Core", bytes)
"""16 bytes that stand for the fields that every server sends."""
Variant = NewType("Variant", bytes)
"""8 bytes that stand for the fields that only some servers send."""

Groups = dict[Core, list[tuple[int, AuditEvent]]]
"""Events by their cores, each with its place among all of them."""
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


def grouped(events: Sequence[AuditEvent]) -> Groups:
    """The events by their cores."""
    groups: Groups = {}
    for place, event in enumerate(events):
        groups.setdefault(core_of(event), []).append((place, event))
    return groups


def sift(groups: Groups, known: Known) -> list[Sighting]:
    """The events that are new, in their order.

    Args:
        groups: all events that a log holds of one or more whole seconds, from :func:`grouped`.
        known: what is known of their cores; a core that is missing is unknown.
    """
    new: list[tuple[int, Sighting]] = []
    for core, seen in groups.items():
        before = known.get(core, Counter())
        count = before.total()
        if len(seen) > count:
            told_apart = [(place, event, variant_of(event)) for place, event in seen]
            chosen = sorted(_unknown_first(told_apart, before)[: len(seen) - count], key=itemgetter(0))
            new += [
                (place, Sighting(event, core, variant, occurrence))
                for occurrence, (place, event, variant) in enumerate(chosen, start=count + 1)
            ]
    return [sighting for _, sighting in sorted(new, key=itemgetter(0))]


def _unknown_first(
    seen: list[tuple[int, AuditEvent, Variant]], before: Counter[Variant]
) -> list[tuple[int, AuditEvent, Variant]]:
    """The events, those before the others whose variant is not known as often."""
    left = Counter(before)
    unknown, known = [], []
    for each in seen:
        if left[each[2]] > 0:
            left[each[2]] -= 1
            known.append(each)
        else:
            unknown.append(each)
    return unknown + known


def _digest(fields: Sequence[str | None], size: int) -> bytes:
    """A hash of the fields in which none can pass for a part of its neighbour."""
    encoded = ["" if field is None else field for field in fields]
    lengths = ",".join("-" if field is None else str(len(field)) for field in fields)
    return blake2b("\0".join([lengths, *encoded]).encode("utf-8", "surrogatepass"), digest_size=size).digest()
