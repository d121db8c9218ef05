"""Group commit: what several callers want of a SQLite file at about the same time is done in one transaction.

A transaction costs work around it, and its commit syncs of the file, however little is in it. Nobody is told a result
before that is committed. A part that fails is undone by itself, and the others go on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, Engine

_T = TypeVar("_T")

_OPEN_S: Final = 0.005
"""For how long after the first one further parts are taken in: those that are done already wait for the commit."""


@dataclass(slots=True)
class _Part(Generic[_T]):
    work: Callable[[Connection], _T]
    future: Future[_T] = field(default_factory=Future)
    result: _T = field(init=False)

    def do(self, connection: Connection) -> None:
        self.result = self.work(connection)

    def committed(self) -> None:
        self.future.set_result(self.result)


class Batches:
    """Transactions on the one connection to a SQLite file, one at a time.

    Args:
        engine: Connects to it.
        worker: The one thread on which all is done.
    """

    def __init__(self, engine: Engine, worker: Executor) -> None:
        self._engine = engine
        self._worker = worker
        self._waiting: deque[_Part[Any]] = deque()
        self._busy = False
        self._lock = Lock()

    def submit(self, work: Callable[[Connection], _T]) -> Future[_T]:
        """What the work will have given once it is committed; never if the future is cancelled before it begins."""
        part = _Part(work)
        with self._lock:
            self._waiting.append(part)
            idle, self._busy = not self._busy, True
        if idle:
            self._worker.submit(self._run)
        return part.future

    def _run(self) -> None:
        while self._goes_on():
            if (part := self._next()) is not None:
                self._commit(part)

    def _goes_on(self) -> bool:
        with self._lock:
            self._busy = bool(self._waiting)
            return self._busy

    def _next(self) -> _Part[Any] | None:
        while self._waiting:  # only this thread takes any away
            part = self._waiting.popleft()
            if part.future.set_running_or_notify_cancel():
                return part
        return None

    def _commit(self, first: _Part[Any]) -> None:
        """Do this part and those that wait, and commit them together."""
        parts = [first]
        try:
            with self._engine.begin() as connection:
                first.do(connection)
                closes = time.monotonic() + _OPEN_S
                while time.monotonic() < closes and (part := self._next()) is not None:
                    parts.append(part)
                    if not _done_or_undone(part, connection):
                        parts.pop()
        except BaseException as error:  # noqa: BLE001 — it is raised where the results are waited for
            for part in parts:
                part.future.set_exception(error)
        else:
            for part in parts:
                part.committed()


def _done_or_undone(part: _Part[Any], connection: Connection) -> bool:
    """Whether the part was done; if not, it was undone, and has been told.

    Raises:
        BaseException: SQLite has undone all of the transaction because of it, as where the disk is full.
    """
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 — it is connected
    driver.execute("SAVEPOINT part")
    try:
        part.do(connection)
    except BaseException as error:
        if not driver.in_transaction:
            raise
        driver.execute("ROLLBACK TO part")
        part.future.set_exception(error)
        return False
    finally:
        if driver.in_transaction:
            driver.execute("RELEASE part")
    return True
