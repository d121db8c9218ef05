"""The connections to a database: one to a SQLite file, a few to PostgreSQL, each set up as the bot needs it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.adapters.store.files import wal_is_safe
from bot.adapters.store.patience import Patience
from bot.adapters.store.present import teach
from bot.domain.errors import StoreError
from bot.ports import Clock

_PRAGMAS: Final = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "cache_size=-32768",  # KiB; with less, indexes over hashes go to the disk and back in the middle of a transaction
)
_CONNECTION = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""So that a server which the network has lost is noticed. Source: the manual's chapter on libpq's parameters."""
REPLICA_CONNECTIONS: Final = 5
"""How many transactions a process has at once on PostgreSQL."""


def parse(url: str) -> URL:
    """The database that a URL names, with the driver that the bot uses: a SQLite file, or PostgreSQL.

    Raises:
        StoreError: it names something else. The URL is not quoted, since it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("The database's URL is none: sqlite:////path/to/file or postgresql://host/name.") from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database not in {None, "", ":memory:"} and not parsed.query:
            return parsed.set(drivername="sqlite+pysqlite")
        case "sqlite":
            raise StoreError("The database has to be a file: sqlite:////path/to/file.")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise StoreError(f"The bot keeps its state in SQLite or PostgreSQL, not in {other}.")


def is_file(url: URL) -> bool:
    """Whether the database is a SQLite file, and so belongs to one process."""
    return url.get_backend_name() == "sqlite"


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    return Path(url.database or "") if is_file(url) else None


def engine_for(url: URL, clock: Clock, patience: Patience) -> Engine:
    """An engine for the database; nothing is connected yet."""
    return _sqlite(url, clock) if is_file(url) else _postgresql(url, patience)


def _sqlite(url: URL, clock: Clock) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
    # A journal that stays is synced as often as one that is deleted, without the work for its directory.
    journal = "WAL" if wal_is_safe() else "PERSIST"

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 — the driver's
        connection.isolation_level = None  # the driver would begin by itself, and too late
        cursor = connection.cursor()
        for pragma in (f"journal_mode={journal}", *_PRAGMAS):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        teach(connection, clock)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401 — likewise
        connection.connection.driver_connection.execute("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL, patience: Patience) -> Engine:
    theirs = url.query.get("options", ())
    options = [patience.options, *([theirs] if isinstance(theirs, str) else theirs)]  # the last one counts
    engine = create_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=REPLICA_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={
            **_CONNECTION,
            "connect_timeout": patience.connect // timedelta(seconds=1),
            "options": " ".join(options),
        },
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 — the driver's
        # A date near the end of time has no form in a zone to the east of Greenwich.
        cursor = connection.cursor()
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.close()
        connection.commit()

    return engine
