"""The store: opened once, for as long as the bot runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from sqlalchemy import Connection, text, update

from bot.adapters.store import files, lanes, versions
from bot.adapters.store.agenda import SqlAgenda
from bot.adapters.store.database import Database, connected
from bot.adapters.store.engine import file_of, parse
from bot.adapters.store.ledger import SqlLedger
from bot.adapters.store.outbox import SqlOutbox
from bot.adapters.store.patience import Patience
from bot.adapters.store.people import SqlMutes, SqlPreferences, SqlUses
from bot.adapters.store.subscriptions import SqlSubscriptions, note_slots
from bot.adapters.store.tables import scopes
from bot.domain.errors import StoreError
from bot.domain.settlements import Timing
from bot.ports import Clock
from bot.waypoints import Waypoint, reached

CHANNEL_PACE = timedelta(seconds=1)
"""Slack takes about one message a second for a channel. Source: https://docs.slack.dev/apis/web-api/rate-limits"""
BEFORE_LOOK = Timing().before_look
_UPGRADE_LOCK = 0x6D6F6E646F6F  # "mondoo"
"""Which of PostgreSQL's advisory locks keeps two upgrades apart."""


class Store:
    """All that the bot keeps, in one database."""

    def __init__(self, database: Database, *, channel_pace: timedelta, before_look: timedelta) -> None:
        self.ledger = SqlLedger(database)
        self.subscriptions = SqlSubscriptions(database)
        self.outbox = SqlOutbox(database, channel_pace, before_look)
        self.agenda = SqlAgenda(database)
        self.mutes = SqlMutes(database)
        self.uses = SqlUses(database)
        self.preferences = SqlPreferences(database)
        self._database = database

    async def check(self) -> None:
        """Nothing, where the database answers.

        Raises:
            StoreError: it does not.
        """
        await self._database.transact(lambda connection: connection.execute(text("SELECT 1")))


@asynccontextmanager
async def open_store(
    url: str,
    clock: Clock,
    *,
    channel_pace: timedelta = CHANNEL_PACE,
    before_look: timedelta = BEFORE_LOOK,
    patience: Patience | None = None,
) -> AsyncIterator[Store]:
    """The store behind a URL, brought up to this program's version; closed at the end.

    Args:
        url: ``sqlite:////path/to/file`` for one process, ``postgresql://…`` for any number of them.
        clock: what leases and waits go by on SQLite. On PostgreSQL they go by the database's own clock.
        channel_pace: between two messages to the same channel.
        before_look: how long after a sender is found gone its part may be looked up.
        patience: how long PostgreSQL may take.

    Raises:
        StoreError: the database is away, damaged, another program's, of a newer version or taken by another process.
    """
    parsed = parse(url)
    async with AsyncExitStack() as stack:
        path = file_of(parsed)
        if path is not None:
            stack.enter_context(files.taken(path))
        database = await stack.enter_async_context(connected(parsed, clock, patience or Patience()))

        def upgrade(connection: Connection) -> None:
            if path is None:
                database.prolong(connection)
                connection.execute(text("SET LOCAL lock_timeout = 0"))  # others may be at it for a while
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
            else:
                _check_pages(connection, path.name)
            versions.upgrade(connection)
            note_slots(connection)

        await database.transact(upgrade, long=True)
        reached(Waypoint.STORE_MIGRATED)
        if path is not None:
            await database.transact(lambda connection: _bury(connection, database, before_look))
        yield Store(database, channel_pace=channel_pace, before_look=before_look)


def _check_pages(connection: Connection, name: str) -> None:
    said = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if said != "ok":
        raise StoreError(f"{name} is damaged: {said}.", advice="Restore a backup, or give the bot another file.")


def _bury(connection: Connection, database: Database, before_look: timedelta) -> None:
    """Let go of what an earlier process held: this one has the file for itself, so that one is dead.

    What that one was sending when it died may be on its way still.
    """
    connection.execute(update(scopes).values(leased_at=None, leased_until=None))
    now = database.now(connection)
    lanes.doubt(connection, now, before_look, whatever_the_lease=True)
