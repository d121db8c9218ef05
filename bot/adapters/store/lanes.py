"""Which part is next: the first of each lane, if it may be dealt with and its channel has a turn.

A lane is what is delivered in its order: a subscription's parts, or the notices to a channel. A part waits from
``since`` to ``until``: to be dealt with or, while it is being sent, for its sender's lease to end.

Where a clock was set back, a wait that would have begun in the future begins anew, so nobody waits for the clock to
catch up. Where it was set forward, a lease seems to end early; so a part whose sender seems to be gone is not looked up
at once, but after the time in which whatever was under way has arrived.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, exists, func, or_, select, update

from bot.adapters.store.contents import delivery_of
from bot.adapters.store.database import Database
from bot.adapters.store.tables import channels, parcels, parts, subscriptions
from bot.domain.access import ChannelId
from bot.domain.deliveries import Delivery, State
from bot.domain.subscriptions import Standing

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_GONE = "whoever was sending it seems to be gone"


def take(
    database: Database, connection: Connection, lease: timedelta, pace: timedelta, before_look: timedelta
) -> Delivery | None:
    """The part that is next, marked as being sent, in a transaction that is open; None where there is none."""
    now = database.now(connection)
    _restart_waits(connection, now)
    doubt(connection, now, before_look)
    row = _next(database, connection, pace)
    if row is None:
        return None
    position, certain = row["position"], row["state"] == State.PENDING.value
    now = database.now(connection)
    connection.execute(
        update(parts)
        .where(parts.c.position == position)
        .values(
            state=State.SENDING.value,
            fence=row["fence"] + 1,
            since=now,
            until=now + lease,
            attempts=row["attempts"] + certain,
            first_attempt=row["first_attempt"] or now,
            last_attempt=now if certain else row["last_attempt"],
        )
    )
    return _delivery(connection, position, uncertain=not certain)


def doubt(connection: Connection, now: datetime, before_look: timedelta, *, whatever_the_lease: bool = False) -> None:
    """Mark as unknown what is being sent by somebody whose lease has ended; they may still say what became of it."""
    gone = select(parts.c.position).where(parts.c.done.is_(None), parts.c.state == State.SENDING.value)
    if not whatever_the_lease:
        gone = gone.where(parts.c.until <= now)
    connection.execute(
        update(parts)
        .where(parts.c.position.in_(gone.with_for_update(skip_locked=True)))
        .values(state=State.UNKNOWN.value, reason=_GONE, since=now, until=now + before_look)
    )


def close_channel(database: Database, connection: Connection, channel: ChannelId, wait: timedelta) -> None:
    """Let nothing be posted to a channel for so long, or for as long as it was closed before if that is longer."""
    row = _locked_channel(database, connection, channel)
    now = database.now(connection)
    until = max(row["until"], now + wait) if row["since"] <= now else now + wait
    connection.execute(update(channels).where(channels.c.id == channel).values(since=now, until=until))


def _restart_waits(connection: Connection, now: datetime) -> None:
    ahead = select(parts.c.position, parts.c.since, parts.c.until).where(parts.c.done.is_(None), parts.c.since > now)
    for row in (connection.execute(ahead.with_for_update(skip_locked=True))).all():
        connection.execute(
            update(parts).where(parts.c.position == row.position).values(since=now, until=now + (row.until - row.since))
        )


def _next(database: Database, connection: Connection, pace: timedelta) -> RowMapping | None:
    """The row of the part that waited longest, locked; its channel's turn is taken."""
    while True:
        now = database.now(connection)
        row: RowMapping | None = connection.execute(_candidates(now)).mappings().one_or_none()
        if row is None or row["state"] == State.UNKNOWN.value:
            return row
        if _take_turn(database, connection, row["channel"], pace):
            return row


def _candidates(now: datetime) -> Select[Any]:
    """The part that waited longest, unless somebody else is about to take it."""
    first = select(func.min(parts.c.position)).where(parts.c.done.is_(None)).group_by(parts.c.lane)
    at_work = exists().where(
        subscriptions.c.id == parcels.c.subscription, subscriptions.c.standing == Standing.ACTIVE.value
    )
    closed = exists().where(channels.c.id == parcels.c.channel, channels.c.since <= now, channels.c.until > now)
    return (
        select(
            parts.c.position,
            parts.c.state,
            parts.c.fence,
            parts.c.attempts,
            parts.c.first_attempt,
            parts.c.last_attempt,
            parcels.c.channel,
        )
        .join(parcels, parcels.c.id == parts.c.parcel)
        .where(
            parts.c.position.in_(first),
            parts.c.until <= now,
            or_(parts.c.state == State.UNKNOWN.value, and_(parts.c.state == State.PENDING.value, ~closed)),
            or_(parcels.c.subscription.is_(None), at_work),
        )
        .order_by(parts.c.until, parts.c.position)
        .limit(1)
        .with_for_update(of=parts, skip_locked=True)
    )


def _take_turn(database: Database, connection: Connection, channel: str, pace: timedelta) -> bool:
    """Take a channel's turn; False where somebody else was first."""
    row = _locked_channel(database, connection, channel)
    now = database.now(connection)
    if row["since"] <= now < row["until"]:
        return False
    connection.execute(update(channels).where(channels.c.id == channel).values(since=now, until=now + pace))
    return True


def _locked_channel(database: Database, connection: Connection, channel: str) -> RowMapping:
    connection.execute(database.add(channels).values(id=channel, since=_LONG_AGO, until=_LONG_AGO))
    found = connection.execute(select(channels).where(channels.c.id == channel).with_for_update())
    return found.mappings().one()


def _delivery(connection: Connection, position: int, *, uncertain: bool) -> Delivery:
    head = parts.alias("head")
    found = connection.execute(
        select(
            parts,
            parcels.c.channel,
            parcels.c.is_digest,
            parcels.c.subscription,
            parcels.c.scopes,
            head.c.ts.label("thread"),
        )
        .join(parcels, parcels.c.id == parts.c.parcel)
        .join(head, and_(head.c.parcel == parts.c.parcel, head.c.ordinal == 0))
        .where(parts.c.position == position)
    )
    return delivery_of(found.mappings().one(), uncertain=uncertain)
