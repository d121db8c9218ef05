"""How long the database may take, and what is done when it takes longer.

PostgreSQL ends by itself what waits for a lock, or is busy, for too long. Where it says nothing at all, since it hangs
or the network lost it, only closing the connection from this side helps: to cancel a statement would wait for it too.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any
from weakref import WeakSet


@dataclass(frozen=True, slots=True)
class Patience:
    """How long PostgreSQL may take for what."""

    connect: timedelta = timedelta(seconds=10)
    lock: timedelta = timedelta(seconds=10)
    """To get a lock that somebody else holds."""
    idle: timedelta = timedelta(seconds=30)
    """Between two statements of a transaction, before it counts as lost and its locks are free."""
    statement: timedelta = timedelta(seconds=60)
    transaction: timedelta = timedelta(seconds=90)
    """For all of it, with the wait for a connection."""
    long: timedelta = timedelta(minutes=15)
    """For a transaction that may have much to do, and each of its statements."""

    @property
    def options(self) -> str:
        """What a session of PostgreSQL is begun with. Source: the manual's chapter on client connection defaults."""
        limits = {
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
            "statement_timeout": self.statement,
        }
        return " ".join(f"-c {name}={limit // timedelta(milliseconds=1)}" for name, limit in limits.items())


@dataclass(slots=True)
class Line:
    """One transaction's connection. As long as it has none, it may be any that does not answer."""

    connection: Any = None
    cut: bool = False
    over: bool = False
    """Whether the transaction has ended, so that its connection may be another's."""

    @contextmanager
    def held(self) -> Iterator[None]:
        """For as long as the transaction lasts."""
        try:
            yield
        finally:
            self.over = True


@dataclass(slots=True)
class Lines:
    """The connections that are open. They are opened and used on other threads than they are watched on."""

    _open: WeakSet[Any] = field(default_factory=WeakSet)
    _lock: Lock = field(default_factory=Lock)

    def add(self, connection: Any) -> None:  # noqa: ANN401 — the driver's
        """Know a connection of psycopg's."""
        with self._lock:
            self._open.add(connection)

    @contextmanager
    def watched(self, limit: timedelta) -> Iterator[Line]:
        """Cut the line once the time is over, or nobody waits for it any more: who uses it gets an error at once."""
        line = Line()

        def cut() -> None:
            if line.over:
                return
            with self._lock:
                doubtful = list(self._open) if line.connection is None else [line.connection]
            for connection in doubtful:
                line.cut = True
                _hang_up(connection)

        handle = asyncio.get_running_loop().call_later(limit.total_seconds(), cut)
        try:
            yield line
        except asyncio.CancelledError:
            if line.connection is not None:
                cut()
            raise
        finally:
            handle.cancel()


def _hang_up(connection: Any) -> None:  # noqa: ANN401 — the driver's
    if not connection.closed:
        with socket.socket(fileno=os.dup(connection.pgconn.socket)) as end:
            end.shutdown(socket.SHUT_RDWR)
