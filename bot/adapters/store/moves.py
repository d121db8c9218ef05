"""Moving what waits for a subscription to the channel that it goes to now.

What was certainly not sent moves. What may have been sent stays where it would be found, until it is known. Of a parcel
whose first part was sent, the rest becomes a parcel of its own: its thread stays behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Connection, Row, insert, literal, null, select, update

from bot.adapters.store import rows
from bot.adapters.store.database import Database
from bot.adapters.store.tables import parcels, parts, subscriptions
from bot.domain.access import ChannelId
from bot.domain.deliveries import State, rest_of
from bot.domain.digests import DigestId
from bot.domain.subscriptions import SubscriptionId

_UNCERTAIN = (State.SENDING.value, State.UNKNOWN.value)


def channel_of(connection: Connection, subscription: SubscriptionId) -> ChannelId | None:
    """Where a subscription goes to now, its row locked; None where it is gone.

    Whoever locks parts as well locks the subscription first.
    """
    terms = select(subscriptions.c.terms).where(subscriptions.c.id == subscription).with_for_update()
    kept = connection.execute(terms).scalar_one_or_none()
    return None if kept is None else rows.terms_from_json(kept).channel


def move(database: Database, connection: Connection, subscription: SubscriptionId, channel: ChannelId) -> None:
    """Send to that channel what waits for others, in as far as it was certainly not sent."""
    waiting = connection.execute(
        select(parts.c.position, parts.c.parcel, parts.c.ordinal, parts.c.state)
        .join(parcels, parcels.c.id == parts.c.parcel)
        .where(parcels.c.subscription == subscription, parcels.c.channel != channel, parts.c.done.is_(None))
        .order_by(parts.c.position)
        .with_for_update(of=parts)
    )
    for parcel, found in groupby(waiting.all(), attrgetter("parcel")):
        first, *others = found
        if first.state in _UNCERTAIN:
            continue
        if first.ordinal == 0:
            connection.execute(update(parcels).where(parcels.c.id == parcel).values(channel=channel))
        else:
            _split(connection, DigestId(parcel), first.ordinal, [first, *others], channel)
        now = database.now(connection)
        connection.execute(
            update(parts)
            .where(parts.c.position == first.position)
            .values(state=State.PENDING.value, form=0, looks=0, since=now, until=now, first_attempt=null())
        )


def _split(
    connection: Connection,
    parcel: DigestId,
    begin: int,
    waiting: Sequence[Row[str, str, int, str]],
    channel: ChannelId,
) -> None:
    """Make a parcel's parts from one on a parcel of their own."""
    rest = rest_of(parcel, begin)
    kept = [each for each in parcels.c if each.name not in {"id", "channel"}]
    copied = select(literal(rest), literal(channel), *kept).where(parcels.c.id == parcel)
    connection.execute(insert(parcels).from_select(["id", "channel", *(each.name for each in kept)], copied))
    for part in waiting:
        connection.execute(
            update(parts).where(parts.c.position == part.position).values(parcel=rest, ordinal=part.ordinal - begin)
        )
