"""Lives of the bot, to start and to end at will: what a test sees of the program in ``lives.py``."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.waypoints import Waypoint

_PROGRAM = Path(__file__).with_name("lives.py")
_PROJECT = Path(__file__).parents[2]
_LONGEST_LINE = 2**22
_READY_WITHIN = timedelta(seconds=30)
_END_WITHIN = timedelta(seconds=15)
_SAID = 400


@dataclass(frozen=True, slots=True)
class End:
    """Where a life is to kill itself: at so many passings of a waypoint, or of any where none is named."""

    at: Waypoint | None
    passing: int = 1


@dataclass(eq=False)
class Life:
    """A bot that runs, or ran."""

    number: int
    nursery: Nursery
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_SAID))
    """The last lines of its log."""
    base_url: str = ""
    died_at: Waypoint | None = None
    """The waypoint at which it killed itself."""
    status: int | None = None
    """How it ended; minus the signal's number if by one."""
    pid: int | None = None
    is_born: asyncio.Event = field(default_factory=asyncio.Event)
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)
    has_ended: asyncio.Event = field(default_factory=asyncio.Event)
    _is_silent: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return not self.has_ended.is_set()

    async def ready(self) -> bool:
        """Whether it became ready; else it has ended before.

        Raises:
            TimeoutError: neither happened in time.
        """
        waiting = {asyncio.ensure_future(each.wait()) for each in (self.is_ready, self.has_ended)}
        try:
            async with asyncio.timeout(_READY_WITHIN.total_seconds()):
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        return self.is_ready.is_set()

    async def ended(self, within: timedelta = _END_WITHIN) -> int:
        """Its status, once it has ended and its log is read.

        Raises:
            TimeoutError: it did not end in time.
        """
        async with asyncio.timeout(within.total_seconds()):
            await self.has_ended.wait()
            await self._is_silent.wait()
        assert self.status is not None
        return self.status

    async def kill(self) -> int:
        """End it at once; gives its status, which another end may have decided before."""
        self.send(signal.SIGKILL)
        return await self.ended()

    async def stop(self) -> int:
        """Ask it to end, as a supervisor does; gives its status."""
        self.send(signal.SIGTERM)
        return await self.ended()

    def send(self, number: signal.Signals) -> None:
        """Send a signal; one that has ended takes no notice."""
        assert self.pid is not None
        if self.is_alive:
            self.nursery.order({"pid": self.pid, "signal": number.value})

    def hear(self, line: str) -> None:
        """Take in a line of its log."""
        self.said.append(line)
        try:
            entry: Mapping[str, Any] = json.loads(line)
        except ValueError:
            return
        match entry:
            case {"event": "ready"}:
                self.base_url = f"http://{entry['listening']}"
                self.is_ready.set()
            case {"event": "dying at"}:
                self.died_at = Waypoint[entry["waypoint"]]
            case _:
                pass

    def fall_silent(self) -> None:
        """Take in that nothing more will be said."""
        self._is_silent.set()

    def words(self) -> str:
        """The last that it said, for whoever looks for the reason of a failure."""
        return "".join(self.said)


class Nursery:
    """Where lives begin."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self._lives: list[Life] = []
        self._by_pid: dict[int, Life] = {}

    async def bear(self, folder: Path, environment: Mapping[str, str], clock: Path, end: End | None = None) -> Life:
        """A new life; it is not ready yet."""
        life = Life(len(self._lives), self)
        self._lives.append(life)
        self.order(
            {
                "life": life.number,
                "log": str(self._log),
                "folder": str(folder),
                "environment": dict(environment),
                "clock": str(clock),
                "die_at": end.at.name if end and end.at else None,
                "passing": end.passing if end else 0,
            }
        )
        async with asyncio.timeout(_READY_WITHIN.total_seconds()):
            await life.is_born.wait()
        return life

    def order(self, order: Mapping[str, object]) -> None:
        """Send an order to the program."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    async def hear_news(self) -> None:
        """Take in what the program tells, until it ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            match json.loads(line):
                case {"life": int(number), "pid": int(pid)}:
                    self._lives[number].pid = pid
                    self._by_pid[pid] = self._lives[number]
                    self._lives[number].is_born.set()
                case {"pid": int(pid), "ended": int(status)}:
                    life = self._by_pid.pop(pid)
                    life.status = status
                    life.has_ended.set()
                case news:
                    raise AssertionError(news)

    async def hear_life(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take in the log of one life."""
        life = self._lives[json.loads(await reader.readline())["life"]]
        async for line in reader:
            life.hear(line.decode(errors="replace"))
        life.fall_silent()
        writer.close()


@asynccontextmanager
async def open_nursery() -> AsyncIterator[Nursery]:
    """A nursery; when it closes, every life in it ends."""
    with tempfile.TemporaryDirectory(prefix="lives-") as folder:  # a socket's path has to be short
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(_PROGRAM),
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_PROJECT), "HOME": folder},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        log = Path(folder) / "log"
        nursery = Nursery(process, log)
        server = await asyncio.start_unix_server(nursery.hear_life, log, limit=_LONGEST_LINE)
        hearing = asyncio.create_task(nursery.hear_news())
        try:
            yield nursery
        finally:
            process.stdin.close()
            await process.wait()
            await hearing
            server.close()
            await server.wait_closed()
