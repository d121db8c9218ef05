"""Which version a database has: brought up to date where it is older, refused where it is newer or not ours."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from bot.adapters.store.people_tables import metadata
from bot.domain.errors import StoreError

VERSION_TABLE = "mondoo_audit_bot_version"
"""Not alembic's own name, so that another program's database is never taken for this one's."""


def upgrade(connection: Connection) -> None:
    """Bring the database up to this program's version, in the transaction that is open. Repeating it does nothing.

    Raises:
        StoreError: the tables are another program's, a newer version's, or not all there.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    _refuse_strange(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")
    if missing := set(metadata.tables) - set(inspect(connection).get_table_names()):
        raise StoreError(f"The database is damaged: it lacks {_listed(missing)}.")


def _refuse_strange(connection: Connection, script: ScriptDirectory) -> None:
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return
    if VERSION_TABLE not in tables:
        raise StoreError(
            f"The database is another program's: it holds {_listed(tables)}. Nothing was changed in it.",
            advice="Give the bot a database, or on PostgreSQL a schema, of its own.",
        )
    heads = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    if not heads:
        raise StoreError("The database is damaged: it does not say which version it has.")
    known = {revision.revision for revision in script.walk_revisions()}
    if unknown := set(heads) - known:
        raise StoreError(
            f"The database is of a newer version of the bot ({_listed(unknown)}). Nothing was changed in it.",
            advice="Start the newer version, or restore the backup that was made before the upgrade.",
        )


def _listed(names: set[str]) -> str:
    shown = sorted(names)[:3]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 — as many as are shown
    return ", ".join(shown) + more
