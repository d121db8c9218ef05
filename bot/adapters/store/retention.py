"""Forgetting: what is older than anybody will ask for, a little at a time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from bot.adapters.store.database import Database
from bot.adapters.store.tables import cursors, events, parcels, parts, runs, scopes, subscriptions
from bot.domain.subscriptions import Standing


def prune(database: Database, connection: Connection, keep: timedelta, most: int) -> int:
    """Forget up to ``most`` old events, of all scopes together, and up to as many old runs and deliveries each.

    Entries of which an active or stopped subscription was not told are kept, and so is what is not delivered. With a
    delivery its id is forgotten: no digest of that id can be filed again, since its subscription has moved on.

    Returns:
        How many events were forgotten.
    """
    forgotten = 0
    old = database.now(connection) - keep
    for scope in connection.execute(select(scopes.c.id, scopes.c.watermark).order_by(scopes.c.id)).all():
        if scope.watermark is not None and forgotten < most:
            forgotten += _prune_events(connection, scope.id, keep, most - forgotten)
    doomed = select(runs.c.id).where(runs.c.began < old).limit(most)
    connection.execute(delete(runs).where(runs.c.id.in_(doomed)))
    waits = exists().where(parts.c.parcel == parcels.c.id, parts.c.done.is_(None))
    delivered = select(parcels.c.id).where(parcels.c.created < old, ~waits).limit(most)
    connection.execute(delete(parcels).where(parcels.c.id.in_(delivered)))
    return forgotten


def _prune_events(connection: Connection, scope: int, keep: timedelta, most: int) -> int:
    one = scopes.c.id == scope
    locked = select(scopes.c.watermark, scopes.c.remembered_since).where(one).with_for_update()
    watermark, remembered_since = connection.execute(locked).one()
    if watermark is None:
        return 0
    horizon = (watermark - keep).replace(microsecond=0)
    told = (
        select(func.min(cursors.c.number))
        .join(subscriptions, subscriptions.c.id == cursors.c.subscription)
        .where(cursors.c.scope == scope, subscriptions.c.standing != Standing.PAUSED.value)
    )
    upto = connection.execute(told).scalar_one()
    doomed = select(events.c.id).where(events.c.scope == scope, events.c.at < horizon)
    if upto is not None:
        doomed = doomed.where(or_(events.c.number.is_(None), events.c.number <= upto))
    deleted = connection.execute(delete(events).where(events.c.id.in_(doomed.order_by(events.c.at).limit(most))))
    if deleted.rowcount and remembered_since is not None:
        connection.execute(update(scopes).where(one).values(remembered_since=max(remembered_since, horizon)))
    return deleted.rowcount
