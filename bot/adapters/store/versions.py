"""Which version a database has: brought up to date where it is older, refused where it is newer or not ours."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text

from bot.adapters.store.people_tables import metadata
from bot.domain.errors import StoreError

VERSION_TABLE: Final = "mondoo_audit_bot_version"
"""Not alembic's own name, so that another program's database is never taken for this one's."""
NEWEST: Final = "0005"
"""The last of the migrations; a test holds it against them."""


def upgrade(connection: Connection) -> None:
    """Bring the database up to this program's version, in the transaction that is open. Repeating it does nothing.

    Raises:
        StoreError: the tables are another program's, a newer version's, or not all there.
    """
    tables = set(inspect(connection).get_table_names())
    found = _versions(connection, tables)
    if found != {NEWEST}:
        from bot.adapters.store import upgrades  # noqa: PLC0415 — alembic takes a while to import, and is rarely needed

        upgrades.run(connection, found)
        tables = set(inspect(connection).get_table_names())
    if missing := set(metadata.tables) - tables:
        raise StoreError(f"The database is damaged: it lacks {_listed(missing)}.")


def _versions(connection: Connection, tables: set[str]) -> set[str]:
    """The versions that a database says it has; none where it is empty.

    Raises:
        StoreError: it is another program's, or does not say.
    """
    if not tables:
        return set()
    if VERSION_TABLE not in tables:
        raise StoreError(
            f"The database is another program's: it holds {_listed(tables)}. Nothing was changed in it.",
            advice="Give the bot a database, or on PostgreSQL a schema, of its own.",
        )
    found = set(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars())  # noqa: S608 — a constant
    if not found:
        raise StoreError("The database is damaged: it does not say which version it has.")
    return found


def _listed(names: set[str]) -> str:
    shown = sorted(names)[:3]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 — as many as are shown
    return ", ".join(shown) + more
