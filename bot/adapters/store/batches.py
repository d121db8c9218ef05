"""Group commit: what several callers want of a SQLite file at about the same time is done in one transaction.

A transaction costs work around it, and its commit syncs of the file, however little is in it. Nobody is told a result
before that is committed. A part that fails is undone by itself, and the others go on.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
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
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[_T]
    result: _T = field(init=False)
    error: BaseException | None = None

    def do(self, connection: Connection) -> None:
        self.result = self.work(connection)

    def tell(self) -> None:
        if self.future.done():  # nobody waits any more
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


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

    def submit(self, work: Callable[[Connection], _T]) -> asyncio.Future[_T]:
        """What the work will have given once it is committed; it is not begun if the future was cancelled before."""
        loop = asyncio.get_running_loop()
        part = _Part(work, loop, loop.create_future())
        with self._lock:
            self._waiting.append(part)
            idle, self._busy = not self._busy, True
        if idle:
            self._worker.submit(self._run)
        return part.future

    def _run(self) -> None:
        while self._goes_on():
            if (part := self._next()) is not None:
                parts = self._commit(part)
                part.loop.call_soon_threadsafe(_tell, parts)  # to wake the loop costs more than all that it is told

    def _goes_on(self) -> bool:
        with self._lock:
            self._busy = bool(self._waiting)
            return self._busy

    def _next(self) -> _Part[Any] | None:
        while self._waiting:  # only this thread takes any away
            part = self._waiting.popleft()
            if not part.future.cancelled():
                return part
        return None

    def _commit(self, first: _Part[Any]) -> Sequence[_Part[Any]]:
        """Do this part and those that wait, and commit them together."""
        parts = [first]
        try:
            with self._engine.begin() as connection:
                first.do(connection)
                closes = time.monotonic() + _OPEN_S
                while time.monotonic() < closes and (part := self._next()) is not None:
                    parts.append(part)
                    _do_or_undo(part, connection)
        except BaseException as error:  # noqa: BLE001 — it is raised where the results are waited for
            for part in parts:
                part.error = part.error or error
        return parts


def _tell(parts: Sequence[_Part[Any]]) -> None:
    for part in parts:
        part.tell()


def _do_or_undo(part: _Part[Any], connection: Connection) -> None:
    """Do a part, or note why it was undone.

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
        part.error = error
    if driver.in_transaction:
        driver.execute("RELEASE part")
