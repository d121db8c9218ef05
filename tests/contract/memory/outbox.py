"""The outbox in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.access import ChannelId
from bot.domain.deliveries import Backlog, Delivery, Parcel, State
from bot.domain.digests import Digest
from bot.domain.scopes import Scope
from bot.domain.settlements import Settlement, after_move
from bot.domain.subscriptions import Standing, Subscription, SubscriptionId
from bot.ports import Clock
from bot.waypoints import Waypoint, reached

from .rows import Lane, Part, Rows


class MemoryOutbox:
    """A :class:`~bot.ports.Outbox`; see :class:`~.MemoryStore`."""

    def __init__(self, rows: Rows, clock: Clock, pace: timedelta, before_look: timedelta) -> None:
        self.rows = rows
        self.clock = clock
        self.pace = pace
        self.before_look = before_look

    async def file(self, digest: Digest, parcel: Parcel | None, slot: datetime) -> bool:
        old = self.rows.subscriptions.get(digest.subscription.id)
        if old is None or _place(old) != _place(digest.subscription):
            return False
        if parcel is not None and parcel.id in self.rows.parcels:
            return False
        reached(Waypoint.DIGEST_BEGUN)
        scopes = tuple(source.health.scope for source in digest.sources)
        parts = self._parts(parcel, old, scopes) if parcel else []
        reached(Waypoint.DIGEST_WRITTEN)
        told = replace(
            old,
            cursors={**old.cursors, **{source.health.scope: source.upto for source in digest.sources}},
            last_slot=slot,
            covered_until=old.covered_until if digest.more else digest.until,
            last_posted=digest.created if parcel else old.last_posted,
            muted={} if parcel else dict(digest.muted),
        )
        reached(Waypoint.CURSOR_MOVED)
        self.rows.subscriptions[old.id] = told
        self._enqueue(old.id, parts)
        reached(Waypoint.DIGEST_COMMITTED)
        return True

    async def notify(self, parcels: Sequence[Parcel], *, told: Scope | None = None, down: bool = False) -> bool:
        if told is not None:
            log = self.rows.logs[told]
            if log.health.told is down:
                return False
            log.health = replace(log.health, told=down, gap_since=log.health.last_read if down else None)
        for parcel in parcels:
            is_known = parcel.follows is None or parcel.follows in self.rows.parcels
            if parcel.id not in self.rows.parcels and is_known:
                self._enqueue(parcel.channel, self._parts(parcel, None, () if told is None else (told,)))
        reached(Waypoint.NOTICE_FILED)
        return True

    async def claim(self, lease: timedelta) -> Delivery | None:
        now = self.clock.now()
        self._mend(now)
        heads = (self._head(parts, now) for parts in self.rows.lanes.values() if parts)
        part = min((head for head in heads if head is not None), key=lambda head: head.due, default=None)
        if part is None:
            return None
        part.uncertain = part.state is State.UNKNOWN
        if not part.uncertain:
            part.attempts += 1
            part.first_attempt = part.first_attempt or now
            part.last_attempt = now
            self.rows.channels[part.parcel.channel] = (now, now + self.pace)
        part.state = State.SENDING
        part.fence += 1
        part.since, part.due = now, now + lease
        reached(Waypoint.PART_CLAIMED)
        return Delivery(
            part=part.parcel.part_id(part.ordinal),
            ordinal=part.ordinal,
            channel=part.parcel.channel,
            content=part.content,
            is_digest=part.parcel.is_digest,
            fence=part.fence,
            thread=part.first.ts if part.first else None,
            subscription=part.subscription,
            scopes=part.scopes,
            form=part.form,
            uncertain=part.uncertain,
            looks=part.looks,
            attempts=part.attempts,
            first_attempt=part.first_attempt,
            last_attempt=part.last_attempt,
            labelled=part.labelled,
        )

    async def settle(self, delivery: Delivery, settlement: Settlement) -> bool:
        lane = delivery.channel if delivery.subscription is None else delivery.subscription
        parts = self.rows.lanes.get(lane, [])
        part = next((each for each in parts if each.parcel.part_id(each.ordinal) == delivery.part), None)
        if part is None or part.fence != delivery.fence:
            return False
        now = self.clock.now()
        subscription = self.rows.subscriptions.get(delivery.subscription) if delivery.subscription else None
        moved = subscription is not None and subscription.terms.channel != delivery.channel
        if moved:
            settlement = after_move(settlement)
        unsent = not delivery.uncertain and settlement.state in (State.PENDING, State.FAILED)
        if unsent and part.first_attempt is not None and part.first_attempt >= part.since:
            part.first_attempt = None
        part.fence += 1
        part.state, part.ts = settlement.state, settlement.ts
        part.since, part.due = now, now + settlement.wait
        part.form, part.looks, part.labelled = settlement.form, settlement.looks, settlement.labelled
        if settlement.state is State.SENT:
            parts.remove(part)
        elif settlement.state is State.FAILED and part.subscription is None:
            # Nobody can resume a notice: the next one need not wait for it.
            parts[:] = [each for each in parts if each.parcel is not part.parcel]
        if settlement.channel_wait:
            closed = self._closed_until(delivery.channel, now)
            self.rows.channels[delivery.channel] = (now, max(closed, now + settlement.channel_wait))
        if subscription is not None and moved:
            self.rows.move(subscription.id, now)
        if settlement.stop and subscription is not None and subscription.standing is Standing.ACTIVE:
            self.rows.subscriptions[subscription.id] = replace(
                subscription, standing=Standing.STOPPED, reason=settlement.reason, version=subscription.version + 1
            )
        reached(Waypoint.PART_SETTLED)
        return True

    async def waiting(self) -> Sequence[Backlog]:
        waiting: dict[tuple[ChannelId, SubscriptionId | None], list[Part]] = {}
        for part in (part for lane in self.rows.lanes.values() for part in lane):
            waiting.setdefault((part.parcel.channel, part.subscription), []).append(part)
        return [
            Backlog(
                channel=channel,
                parts=len(parts),
                failed=sum(part.state is State.FAILED for part in parts),
                uncertain=sum(part.state is State.UNKNOWN for part in parts),
                oldest=min(part.filed for part in parts),
                subscription=subscription,
            )
            for (channel, subscription), parts in sorted(
                waiting.items(), key=lambda item: (item[0][0], item[0][1] or 0)
            )
        ]

    def _parts(self, parcel: Parcel, subscription: Subscription | None, scopes: tuple[Scope, ...]) -> list[Part]:
        now = self.clock.now()
        parts: list[Part] = []
        for ordinal, content in enumerate(parcel.parts):
            first = parts[0] if parts else None
            number = subscription.id if subscription else None
            parts.append(Part(parcel, ordinal, content, number, scopes, first, filed=now, since=now, due=now))
        return parts

    def _enqueue(self, lane: Lane, parts: Sequence[Part]) -> None:
        self.rows.lanes.setdefault(lane, []).extend(parts)
        self.rows.parcels.update(part.parcel.id for part in parts)

    def _head(self, parts: Sequence[Part], now: datetime) -> Part | None:
        """The first of a lane's parts, if it may be dealt with now."""
        head = parts[0]
        if head.state is State.FAILED or now < head.due:
            return None
        if head.subscription is not None:
            subscription = self.rows.subscriptions[head.subscription]
            if subscription.standing is not Standing.ACTIVE:
                return None
        is_free = self._closed_until(head.parcel.channel, now) <= now
        return head if head.state is State.UNKNOWN or (head.state is State.PENDING and is_free) else None

    def _closed_until(self, channel: ChannelId, now: datetime) -> datetime:
        since, until = self.rows.channels.get(channel, (now, now))
        return until if since <= now else now

    def _mend(self, now: datetime) -> None:
        """Begin anew what would have begun in the future, and doubt the parts whose sender's lease has ended."""
        for part in (part for lane in self.rows.lanes.values() for part in lane):
            if part.since > now:
                part.since, part.due = now, now + (part.due - part.since)
            if part.state is State.SENDING and part.due <= now:
                part.state, part.since, part.due = State.UNKNOWN, now, now + self.before_look


def _place(subscription: Subscription) -> tuple[object, ...]:
    """What a digest rests on: nobody has changed it, and nobody has told it anything meanwhile."""
    return (subscription.version, subscription.last_slot, subscription.cursors)
