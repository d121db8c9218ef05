"""What must hold at the end of a run: what happened, against what Slack shows, as multisets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from bot.domain.deliveries import PartId
from bot.domain.subscriptions import SubscriptionId

from .composer import name_of
from .mondoo import START
from .slack import Accepted
from .world import World


def defects(world: World) -> list[str]:
    """Everything that is wrong with how a run ended, as sentences; none where all is well."""
    if world.restless:
        return [f"the world did not come to rest: {world.restless}"]
    return [*_repeats(world), *_strays(world), *_losses(world)]


def _repeats(world: World) -> Iterator[str]:
    """A part is shown once; again only where history cannot be read, and then all but one of them say so.

    The one that does not need not be the first: what was sent before its repeat may arrive after it, where a clock
    that was set on made the wait for it short.
    """
    shown: dict[PartId, list[Accepted]] = {}
    for message in world.slack.accepted:
        shown.setdefault(message.part, []).append(message)
    for part, messages in shown.items():
        if sum(not message.labelled for message in messages) > 1:
            yield f"{part} was posted again, and does not say so"
        if len(messages) > 1 and messages[0].channel not in world.slack.closed:
            yield f"{part} was posted again, though history could be read"


def _strays(world: World) -> Iterator[str]:
    """What is in a thread stands under its digest's first part."""
    first = {message.ts: message.part for message in world.slack.accepted if message.thread is None}
    for message in world.slack.accepted:
        if (message.ordinal == 0) is not (message.thread is None):
            yield f"{message.part} stands in the wrong place"
        if message.thread is not None and first.get(message.thread) != message.part.partition(".")[0]:
            yield f"{message.part} stands in a strange thread"


def _losses(world: World) -> Iterator[str]:
    """Each subscription was told of each event once, and of nothing else."""
    told: dict[SubscriptionId | None, Counter[str]] = {}
    for message in {each.part: each for each in world.slack.accepted}.values():
        told.setdefault(message.subscription, Counter()).update(message.events)
    for subscription in world.subscriptions:
        before = world.told_before[subscription.id]
        must: Counter[str] = Counter()
        may: Counter[str] = Counter()
        for scope in subscription.terms.scopes:
            since = world.health[scope].watched_since.replace(microsecond=0)
            for each in world.log.happened[scope]:
                if subscription.wants(each.event):
                    late = START + timedelta(seconds=each.shown_s) > since
                    must[name_of(each.event)] += each.event.at >= since
                    may[name_of(each.event)] += each.event.at >= since or late
        seen = told.get(subscription.id, Counter())
        for name, count in (must - before - seen).items():
            yield f"{subscription.key} was not told of {name} ({count} of {must[name]})"
        for name, count in (seen - (may - before)).items():
            yield f"{subscription.key} was told of {name} too often ({count} more than {may[name]})"
