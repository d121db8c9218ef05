"""The way from an older version of the database to this program's, by alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.domain.errors import StoreError


def run(connection: Connection, versions: set[str]) -> None:
    """Take the steps that are missing from those versions on, in the transaction that is open; from none, all of them.

    Raises:
        StoreError: a version is none that this program knows.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if unknown := versions - known:
        raise StoreError(
            f"The database is of a newer version of the bot ({', '.join(sorted(unknown))}). Nothing was changed in it.",
            advice="Start the newer version, or restore the backup that was made before the upgrade.",
        )
    command.upgrade(config, "head")
