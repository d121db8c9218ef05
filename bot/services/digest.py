"""Tell each subscription what is new, when it is due: at the slots of its schedule, or at once for an alert.

Whether a slot was dealt with is decided by the subscription's row alone, so it does not matter how many processes look,
how often, or after how long. A slot that was missed is made up once: the latest of those missed stands for all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.digests import Digest, DigestId, Entry, ScopeHealth, Source, events_of, identify
from bot.domain.mutes import MuteId, muted_by
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Mode, Subscription
from bot.ports import Agenda, Clock, Composer, Ledger, Mutes, Outbox
from bot.services.context import Context
from bot.waypoints import Waypoint, reached

_AHEAD = timedelta(hours=1)
"""By how much clocks may differ. What lies further in the future was noted by a clock that was wrong."""
_MANY = 500
"""Events that take a noticeable time to compose."""

_UNEVEN = timedelta(minutes=65)
"""By how much two slots of a day's distance may be nearer: clocks jump by an hour, and digests wait for reads."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a digest holds, and how long it waits for its sources."""

    most_entries: int = 10_000
    """Events in one digest; what is beyond follows in the next, at once."""
    batch: int = 1_000
    grace: timedelta = timedelta(minutes=2)
    """How long after its slot a digest waits for a read that began after it."""


class Digester:
    """Files what is due in the outbox."""

    def __init__(  # noqa: PLR0913 — its collaborators, by name
        self,
        *,
        ledger: Ledger,
        agenda: Agenda,
        outbox: Outbox,
        mutes: Mutes,
        composer: Composer,
        clock: Clock,
        context: Context,
        bounds: Bounds | None = None,
    ) -> None:
        self._ledger = ledger
        self._agenda = agenda
        self._outbox = outbox
        self._mutes = mutes
        self._composer = composer
        self._clock = clock
        self._context = context
        self._bounds = bounds or Bounds()

    async def tick(self) -> int:
        """File what is due now; gives how many parcels that were.

        Raises:
            StoreError: the store cannot be used.
        """
        now = self._clock.now()
        waiting = await self._agenda.digests(now, now + _AHEAD)
        filed = 0
        for subscription in waiting.subscriptions:
            filed += await self._serve(subscription, waiting.health)
        return filed

    async def _serve(self, subscription: Subscription, health: Mapping[Scope, ScopeHealth]) -> bool:
        """File a subscription's digest if one is due; whether something will be posted.

        A digest whose events are all muted is quiet, as whoever muted them wants it; the next one that is posted counts
        them. What was forgotten is told in any case.
        """
        now = self._clock.now()
        slot = self._due(subscription, health, now)
        if slot is None:
            return False
        reached(Waypoint.SLOT_DUE)
        digest = await self._gather(subscription, health, slot, now)
        if len(digest.entries) > _MANY:  # beside the event loop, which people's commands wait for
            parcel = await asyncio.to_thread(self._composer.digest, digest)
        elif digest.entries or digest.forgotten:
            parcel = self._composer.digest(digest)
        elif self._is_time_to_reassure(digest):
            parcel = self._composer.quiet(digest)
        else:
            parcel = None
        reached(Waypoint.DIGEST_COMPOSED)
        done = subscription.last_slot if digest.more else slot
        return await self._outbox.file(digest, parcel, done) and parcel is not None

    def _due(self, subscription: Subscription, health: Mapping[Scope, ScopeHealth], now: datetime) -> datetime | None:
        """The slot that is due, if one is: for an alert, now, if there is something to look at."""
        sources = [health[scope] for scope in subscription.terms.scopes]
        schedule = subscription.terms.schedule
        if schedule is None:
            news = any(source.entries > subscription.cursors.get(source.scope, 0) for source in sources)
            return now if news else None
        believed = subscription.last_slot <= now + _AHEAD
        if (
            believed and schedule.following(subscription.last_slot) > now
        ):  # far cheaper to ask, again and again, than the latest
            return None
        slot = schedule.latest(now)
        settled = all(self._is_settled(source, slot, now) for source in sources)
        return slot if settled else None

    def _is_settled(self, source: ScopeHealth, slot: datetime, now: datetime) -> bool:
        """Whether a digest need not wait for a scope: it was read since the slot, cannot be, or takes too long."""
        if source.last_read is not None and source.last_read >= slot:
            return True
        tried = source.last_attempt is not None and source.last_attempt >= slot
        return (tried and bool(source.failures)) or now - slot >= self._bounds.grace

    async def _gather(
        self, subscription: Subscription, health: Mapping[Scope, ScopeHealth], slot: datetime, now: datetime
    ) -> Digest:
        """What the subscription has not been told of yet, as much as fits one digest."""
        covered = subscription.covered_until
        since = covered if covered <= now + _AHEAD else now
        sources: list[Source] = []
        wanted: list[Entry] = []
        rules = await self._mutes.all()
        muted: Counter[MuteId] = Counter(subscription.muted)
        looked_at, more = 0, False
        for scope in subscription.terms.scopes:
            after = upto = subscription.cursors.get(scope, 0)
            before = looked_at
            while not more:
                batch = await self._ledger.entries(scope, upto, self._bounds.batch)
                if not batch:
                    upto = max(upto, health[scope].entries)
                    break
                for entry in batch:
                    if len(wanted) >= self._bounds.most_entries:
                        more = True
                        break
                    upto = entry.number
                    looked_at += 1
                    if not subscription.wants(entry.event):
                        continue
                    rule = muted_by(entry.event, rules, now)
                    if rule is None:
                        wanted.append(entry)
                    else:
                        muted[rule] += 1
            # Entries are numbered without gaps, so what is missing was there.
            sources.append(Source(health[scope], after, upto, upto - after - (looked_at - before)))
        return Digest(
            id=_identity(subscription, sources, slot),
            subscription=subscription,
            created=now,
            since=since,
            until=max(_covered(sources, now), since),
            sources=sources,
            entries=wanted,
            looked_at=looked_at,
            more=more,
            stories=await self._context.stories(events_of(wanted), health),
            muted=dict(muted),
        )

    def _is_time_to_reassure(self, digest: Digest) -> bool:
        """Whether it is time to say that nothing happened: only if that is known of every scope."""
        after = digest.subscription.terms.reassure_after
        if after is None or any(source.health.failures or source.health.last_read is None for source in digest.sources):
            return False
        last = digest.subscription.last_posted
        return last > digest.created + _AHEAD or digest.created - last >= after - min(after / 8, _UNEVEN)


def _identity(subscription: Subscription, sources: list[Source], slot: datetime) -> DigestId:
    """The id of a digest: that of its slot, and of where it begins if a slot has several. An alert has no slot."""
    begins = [f"{each.health.scope.region.value}|{each.health.scope.mrn}|{each.after}" for each in sources]
    if subscription.terms.mode is Mode.ALERT:
        return identify(subscription.key, "alert", *begins, *(str(each.upto) for each in sources))
    return identify(subscription.key, slot.isoformat(), *begins)


def _covered(sources: list[Source], now: datetime) -> datetime:
    """Up to where all of the sources are known."""
    reads = [each.health.last_read for each in sources]
    known = [read for read in reads if read is not None]
    return min(known, default=now) if len(known) == len(reads) else min(each.health.watched_since for each in sources)
