"""Filing: parcels and their parts, as they come into the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.adapters.store import rows
from bot.adapters.store.contents import content_to_json
from bot.adapters.store.database import Database
from bot.adapters.store.subscriptions import read_cursors
from bot.adapters.store.tables import cursors, parcels, parts, scopes, subscriptions
from bot.adapters.store.watching import SCOPE_ID, parameters
from bot.domain.deliveries import Parcel, State
from bot.domain.digests import Digest
from bot.domain.scopes import Scope
from bot.domain.subscriptions import Subscription, SubscriptionId

_MOVE = (
    update(cursors)
    .where(cursors.c.subscription == bindparam("one"), cursors.c.scope == SCOPE_ID)
    .values(number=bindparam("upto"))
)


def enqueue(
    database: Database,
    connection: Connection,
    parcel: Parcel,
    *,
    subscription: SubscriptionId | None = None,
    shows: Sequence[Scope] = (),
) -> bool:
    """File a parcel, once for its id: at the end of its subscription's lane, or of its channel's lane for notices."""
    if parcel.follows is not None:
        before = connection.execute(select(parcels.c.id).where(parcels.c.id == parcel.follows))
        if before.scalar_one_or_none() is None:
            return False
    now = database.now(connection)
    filed = connection.execute(
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
            "content": content_to_json(content),
            "state": State.PENDING.value,
            "since": now,
            "until": now,
        }
        for ordinal, content in enumerate(parcel.parts)
    ]
    if filing:
        connection.execute(insert(parts), filing)
    return True


def is_as_read(connection: Connection, subscription: Subscription) -> bool:
    """Whether nobody has changed a subscription, or told it anything, since it was read; locks it."""
    found = connection.execute(
        select(subscriptions.c.version, subscriptions.c.last_slot)
        .where(subscriptions.c.id == subscription.id)
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None or tuple(row) != (subscription.version, subscription.last_slot):
        return False
    told = read_cursors(connection, subscription.id)
    return told.get(subscription.id, {}) == subscription.cursors


def move_cursors(connection: Connection, digest: Digest) -> None:
    """Note up to which entries a digest has looked."""
    for source in digest.sources:
        moved = {**parameters(source.health.scope), "one": digest.subscription.id, "upto": source.upto}
        connection.execute(_MOVE, moved)


def flip_told(connection: Connection, scope: Scope, *, down: bool) -> bool:
    """Note that a scope's channels are told that it is down, or up again; False where they were told already."""
    flipped = connection.execute(
        update(scopes)
        .where(scopes.c.region == scope.region.value, scopes.c.mrn == scope.mrn, scopes.c.told.is_not(down))
        .values(told=down, gap_since=scopes.c.last_read if down else None)
    )
    return bool(flipped.rowcount)
