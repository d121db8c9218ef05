"""The file of a SQLite database: for its owner's eyes, for one process, never taken for empty where it is damaged."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.errors import StoreError

_MAGIC = b"SQLite format 3\0"
"""Source: https://www.sqlite.org/fileformat.html#the_database_header"""
_OLDEST = (3, 35, 0)
"""The first with RETURNING."""
_WAL_IS_SAFE_FROM = (3, 51, 3)
_WAL_IS_SAFE_IN = ((3, 44, 6), (3, 50, 7))
"""Before 3.51.3 a commit can be lost with write-ahead logging, but for these two branches, each from this patch on.

Source: https://www.sqlite.org/wal.html#walresetbug
"""


def wal_is_safe(version: tuple[int, int, int] = sqlite3.sqlite_version_info[:3]) -> bool:
    """Whether this SQLite's write-ahead log can be trusted with commits."""
    return version >= _WAL_IS_SAFE_FROM or any(safe <= version < (*safe[:2], 1000) for safe in _WAL_IS_SAFE_IN)


@contextmanager
def taken(path: Path) -> Iterator[None]:
    """The file for this process alone, made where it is missing, with nobody but its owner allowed to read it.

    The lock is the operating system's: it ends with the process, however that ends.

    Raises:
        StoreError: another process has it, it is no database, or it cannot be made or read.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old for the bot: it needs 3.35 or newer.")
    try:
        _make_directory(path.parent)
        lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _lock(lock, path)
        try:
            _prepare(path)
        except OSError as error:
            raise _unusable(path, error) from error
        yield
    finally:
        os.close(lock)


def _make_directory(directory: Path) -> None:
    missing = [each for each in (directory, *directory.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def _prepare(path: Path) -> None:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        start = os.read(file, len(_MAGIC))
        if start not in {b"", _MAGIC}:
            raise StoreError(
                f"{path} is not a SQLite database, or is damaged. Nothing was changed in it.",
                advice="Restore a backup, or give the bot another file.",
            )
        if sys.platform != "win32":
            os.fchmod(file, 0o600)
    finally:
        os.close(file)


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"The database {path} cannot be used: {error.strerror or type(error).__name__}.")


def _lock(file: int, path: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 — there is no such module elsewhere

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 — likewise

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreError(
            f"{path} is in use by another process of the bot.",
            advice="Stop the other process; several at once need PostgreSQL.",
        ) from error
