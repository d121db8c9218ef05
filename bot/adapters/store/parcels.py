"""Filing: parcels and their parts, as they come into the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store import rows
from bot.adapters.store.engine import Database
from bot.adapters.store.subscriptions import read_cursors
from bot.adapters.store.tables import cursors, parcels, parts, scopes, subscriptions
from bot.adapters.store.watching import id_of
from bot.domain.deliveries import Parcel, State
from bot.domain.digests import Digest
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Subscription, SubscriptionId


async def enqueue(
    database: Database,
    connection: AsyncConnection,
    parcel: Parcel,
    *,
    subscription: SubscriptionId | None = None,
    shows: Sequence[Scope] = (),
) -> bool:
    """File a parcel, once for its id: at the end of its subscription's lane, or of its channel's lane for notices."""
    if parcel.follows is not None:
        before = await connection.execute(select(parcels.c.id).where(parcels.c.id == parcel.follows))
        if before.scalar_one_or_none() is None:
            return False
    now = await database.now(connection)
    filed = await connection.execute(
        database.add(parcels)
        .values(
            id=parcel.id,
            subscription=subscription,
            channel=parcel.channel,
            is_digest=parcel.is_digest,
            scopes=rows.scopes_to_json(shows),
            created=now,
        )
        .returning(parcels.c.id)
    )
    if filed.scalar_one_or_none() is None:
        return False
    lane = f"notices to {parcel.channel}" if subscription is None else f"subscription {subscription}"
    filing = [
        {
            "parcel": parcel.id,
            "ordinal": ordinal,
            "lane": lane,
            "content": rows.content_to_json(content),
            "state": State.PENDING.value,
            "since": now,
            "until": now,
        }
        for ordinal, content in enumerate(parcel.parts)
    ]
    if filing:
        await connection.execute(insert(parts), filing)
    return True


async def is_as_read(connection: AsyncConnection, subscription: Subscription) -> bool:
    """Whether nobody has changed a subscription, or told it anything, since it was read; locks it."""
    found = await connection.execute(
        select(subscriptions.c.version, subscriptions.c.last_slot)
        .where(subscriptions.c.id == subscription.id)
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None or tuple(row) != (subscription.version, subscription.last_slot):
        return False
    told = await read_cursors(connection, subscription.id)
    return told.get(subscription.id, {}) == subscription.cursors


async def move_cursors(connection: AsyncConnection, digest: Digest) -> None:
    """Note up to which entries a digest has looked."""
    for source in digest.sources:
        await connection.execute(
            update(cursors)
            .where(cursors.c.subscription == digest.subscription.id, cursors.c.scope == id_of(source.health.scope))
            .values(number=source.upto)
        )


async def flip_told(connection: AsyncConnection, scope: Scope, *, down: bool) -> bool:
    """Note that a scope's channels are told that it is down, or up again; False where they were told already."""
    flipped = await connection.execute(
        update(scopes)
        .where(scopes.c.region == scope.region.value, scopes.c.mrn == scope.mrn, scopes.c.told.is_not(down))
        .values(told=down, gap_since=scopes.c.last_read if down else None)
    )
    return bool(flipped.rowcount)
