"""New events on their way into the ledger: staged out of sight, then entered all at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, delete, exists, func, insert, literal, null, select

from bot.adapters.store import rows
from bot.adapters.store.database import Database
from bot.adapters.store.tables import Moment, events, staged
from bot.domain.fingerprints import Sighting

_COPIED = ("scope", "core", "variant", "occurrence", "at", "body", "actor", "resource")


def stage(database: Database, connection: Connection, scope: int, sightings: Sequence[Sighting]) -> None:
    """Keep new events out of sight; one that is there already is passed over."""
    if sightings:
        connection.execute(database.add(staged), [rows.sighting_row(scope, sighting) for sighting in sightings])


def enter(connection: Connection, row: RowMapping, known_at: datetime) -> int:
    """Turn what is staged for a scope into entries; gives how many of them have a number."""
    twin = exists().where(
        events.c.scope == staged.c.scope, events.c.core == staged.c.core, events.c.occurrence == staged.c.occurrence
    )
    fresh = and_(staged.c.scope == row["id"], ~twin)
    copied = [staged.c[name] for name in _COPIED]
    columns = [*_COPIED, "known_at", "number"]
    if row["watermark"] is None:
        # What was there before anybody subscribed is only remembered.
        before = staged.c.at < row["watched_since"]
        remembered = select(*copied, literal(known_at, Moment), null()).where(fresh, before)
        connection.execute(insert(events).from_select(columns, remembered))
    number = row["entries"] + func.row_number().over(order_by=staged.c.id)
    told = select(*copied, literal(known_at, Moment), number).where(fresh)
    entered = connection.execute(
        insert(events).from_select(columns, told), execution_options={"preserve_rowcount": True}
    )
    connection.execute(delete(staged).where(staged.c.scope == row["id"]))
    return entered.rowcount
