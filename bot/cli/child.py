"""The bot as a process of its own, which the demo starts and stops."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.domain.plain import plain

_READY_WITHIN: Final = timedelta(seconds=60)
_STOP_WITHIN: Final = timedelta(seconds=8)
_LAST_LINES: Final = 20
_LONGEST_LINE: Final = 2**20
"""In bytes; a traceback is one line of the log."""


class BotEndedError(Exception):
    """The bot ended by itself, or never became ready; the message says what it said last."""


class BotProcess:
    """``python -m bot run`` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._said: deque[str] = deque(maxlen=_LAST_LINES)
        self._stopping = False

    async def start(self, environment: Mapping[str, str]) -> None:
        """Start it, apart from the terminal, so that Ctrl-C reaches this process alone."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            limit=_LONGEST_LINE,
        )
        self._reading = asyncio.create_task(self._read())

    async def ready(self) -> None:
        """Return once it takes commands.

        Raises:
            BotEndedError: it ends before, or takes too long.
        """
        ending = asyncio.create_task(self.ended())
        waiting = asyncio.create_task(self._ready.wait())
        try:
            done, _ = await asyncio.wait(
                [ending, waiting], timeout=_READY_WITHIN.total_seconds(), return_when=asyncio.FIRST_COMPLETED
            )
            if ending in done:
                await ending
            if not done:
                raise BotEndedError(self._words("The bot does not become ready"))
        finally:
            ending.cancel()
            waiting.cancel()

    async def ended(self) -> None:
        """Return never, but for an error.

        Raises:
            BotEndedError: it ended.
        """
        if self._process is not None and self._reading is not None:
            await asyncio.shield(self._reading)
            status = await self._process.wait()
            raise BotEndedError(self._words(f"The bot ended with status {status}"))

    async def stop(self) -> None:
        """Ask it to end, and return when it has."""
        self._stopping = True
        if self._process is None or self._reading is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_WITHIN.total_seconds())
        except TimeoutError:
            self.kill()
            await self._process.wait()
        await self._reading

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _read(self) -> None:
        """Take in its log, and show what an operator should see."""
        if self._process is None or self._process.stderr is None:
            return
        async for raw in self._process.stderr:
            line = raw.decode(errors="replace").rstrip()
            self._said.append(line)
            level, event = _entry(line)
            if event == "ready":
                self._ready.set()
            if level in {"warning", "error", "critical"} and not self._stopping:
                sys.stderr.write(f"bot: {plain(line)}\n")

    def _words(self, what: str) -> str:
        said = "".join(f"\n  {plain(line)}" for line in self._said)
        return f"{what}{'; it said:' if said else '.'}{said}"


def _entry(line: str) -> tuple[str, str]:
    """The level and the event of a line of the log; empty for one that is none."""
    try:
        entry = json.loads(line)
    except ValueError:
        return "", ""
    return (str(entry.get("level")), str(entry.get("event"))) if isinstance(entry, dict) else ("", "")
