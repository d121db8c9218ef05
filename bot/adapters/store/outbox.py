"""What is to be posted, and what became of it, kept in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, null, select, update

from bot.adapters.store import lanes, rows
from bot.adapters.store.database import Database
from bot.adapters.store.moves import channel_of, move
from bot.adapters.store.parcels import enqueue, flip_told, is_as_read, move_cursors
from bot.adapters.store.subscriptions import following
from bot.adapters.store.tables import parcels, parts, subscriptions
from bot.domain.access import ChannelId
from bot.domain.deliveries import Backlog, Delivery, Parcel, State
from bot.domain.digests import Digest
from bot.domain.scopes import Scope
from bot.domain.settlements import Settlement, after_move
from bot.domain.subscriptions import Standing
from bot.waypoints import Waypoint, reached


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    """The :class:`~bot.ports.Outbox` in a database."""

    database: Database
    channel_pace: timedelta
    before_look: timedelta
    """How long after a sender is found gone its part may be looked up."""

    async def file(self, digest: Digest, parcel: Parcel | None, slot: datetime) -> bool:
        """As the port says."""
        subscription = digest.subscription

        def work(connection: Connection) -> bool:
            if not is_as_read(connection, subscription):
                return False
            reached(Waypoint.DIGEST_BEGUN)
            if parcel is not None:
                shows = [source.health.scope for source in digest.sources]
                if not enqueue(self.database, connection, parcel, subscription=subscription.id, shows=shows):
                    return False
            reached(Waypoint.DIGEST_WRITTEN)
            move_cursors(connection, digest)
            connection.execute(
                update(subscriptions)
                .where(subscriptions.c.id == subscription.id)
                .values(
                    last_slot=slot,
                    next_slot=following(subscription.terms, slot),
                    covered_until=subscription.covered_until if digest.more else digest.until,
                    last_posted=digest.created if parcel is not None else subscription.last_posted,
                    muted=rows.counts_to_json({} if parcel is not None else digest.muted),
                )
            )
            reached(Waypoint.CURSOR_MOVED)
            return True

        done = await self.database.transact(work)
        if done:
            reached(Waypoint.DIGEST_COMMITTED)
        return done

    async def notify(self, parcels: Sequence[Parcel], *, told: Scope | None = None, down: bool = False) -> bool:
        """As the port says."""

        def work(connection: Connection) -> bool:
            if told is not None and not flip_told(connection, told, down=down):
                return False
            for parcel in parcels:
                enqueue(self.database, connection, parcel, shows=() if told is None else (told,))
            return True

        done = await self.database.transact(work)
        if done:
            reached(Waypoint.NOTICE_FILED)
        return done

    async def claim(self, lease: timedelta) -> Delivery | None:
        """As the port says. A look into history neither waits for its channel's turn nor takes it."""

        def work(connection: Connection) -> Delivery | None:
            return lanes.take(self.database, connection, lease, self.channel_pace, self.before_look)

        delivery = await self.database.transact(work)
        if delivery is not None:
            reached(Waypoint.PART_CLAIMED)
        return delivery

    async def settle(self, delivery: Delivery, settlement: Settlement) -> bool:
        """As the port says. A lease that has ended is no hindrance while nobody else has claimed the part."""

        def work(connection: Connection) -> bool:
            channel = None if delivery.subscription is None else channel_of(connection, delivery.subscription)
            moved = channel is not None and channel != delivery.channel
            became = after_move(settlement) if moved else settlement
            if not self._note(connection, delivery, became):
                return False
            if delivery.subscription is not None and channel is not None and moved:
                move(self.database, connection, delivery.subscription, channel)
            if became.channel_wait:
                lanes.close_channel(self.database, connection, delivery.channel, became.channel_wait)
            if became.stop and delivery.subscription is not None:
                connection.execute(
                    update(subscriptions)
                    .where(
                        subscriptions.c.id == delivery.subscription, subscriptions.c.standing == Standing.ACTIVE.value
                    )
                    .values(
                        standing=Standing.STOPPED.value,
                        reason=became.reason,
                        version=subscriptions.c.version + 1,
                    )
                )
            return True

        done = await self.database.transact(work)
        if done:
            reached(Waypoint.PART_SETTLED)
        return done

    async def waiting(self) -> Sequence[Backlog]:
        """As the port says, by the channels' names."""
        counted = (
            select(
                parcels.c.channel,
                parcels.c.subscription,
                func.count().label("parts"),
                func.count(case((parts.c.state == State.FAILED.value, 1))).label("failed"),
                func.count(case((parts.c.state == State.UNKNOWN.value, 1))).label("uncertain"),
                func.min(parcels.c.created).label("oldest"),
            )
            .join(parcels, parcels.c.id == parts.c.parcel)
            .where(parts.c.done.is_(None))
            .group_by(parcels.c.channel, parcels.c.subscription)
            .order_by(parcels.c.channel, parcels.c.subscription.nulls_first())
        )

        def work(connection: Connection) -> list[Backlog]:
            found = connection.execute(counted)
            return [
                Backlog(ChannelId(row.channel), row.parts, row.failed, row.uncertain, row.oldest, row.subscription)
                for row in found
            ]

        return await self.database.transact(work)

    def _note(self, connection: Connection, delivery: Delivery, settlement: Settlement) -> bool:
        """Note what became of a part; False where the claim has ended."""
        parcel = delivery.part if delivery.ordinal == 0 else delivery.part.removesuffix(f".{delivery.ordinal}")
        now = self.database.now(connection)
        # Where every attempt so far certainly sent nothing, the next one is the first that could be found.
        unsent = not delivery.uncertain and settlement.state in (State.PENDING, State.FAILED)
        first = case((parts.c.first_attempt >= parts.c.since, null()), else_=parts.c.first_attempt)
        given_up = settlement.state is State.FAILED and delivery.subscription is None
        noted = connection.execute(
            update(parts)
            .where(
                parts.c.parcel == parcel,
                parts.c.ordinal == delivery.ordinal,
                parts.c.fence == delivery.fence,
                parts.c.done.is_(None),
            )
            .values(
                state=settlement.state.value,
                fence=delivery.fence + 1,
                first_attempt=first if unsent else parts.c.first_attempt,
                since=now,
                until=now + settlement.wait,
                form=settlement.form,
                looks=settlement.looks,
                labelled=settlement.labelled,
                reason=settlement.reason,
                ts=settlement.ts,
                done=now if given_up or settlement.state is State.SENT else None,
            )
        )
        if noted.rowcount and given_up:
            # Nobody can resume a notice, so what follows in its thread will never be sent.
            connection.execute(
                update(parts)
                .where(parts.c.parcel == parcel, parts.c.done.is_(None))
                .values(state=State.FAILED.value, done=now)
            )
        return bool(noted.rowcount)
