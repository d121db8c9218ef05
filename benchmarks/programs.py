"""Programs that run until they are stopped, and what they cost meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

_READY_WITHIN_S: Final = 60
_LONGEST_LINE: Final = 2**22


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is ready."""

    process: asyncio.subprocess.Process
    listening: str
    """Its own port, such as ``http://127.0.0.1:3000``."""
    ready_after: timedelta
    """From its start until it said that it was ready."""

    def cpu(self) -> timedelta:
        """What it has used of the processor until now, in steps of ten milliseconds; from ``/proc``, so on Linux."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return timedelta(seconds=(int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))


@asynccontextmanager
async def running(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> AsyncIterator[Program]:
    """A Python program that says ``{"event": "ready", "listening": …}`` on stderr; stopped at the end.

    Raises:
        RuntimeError: it ended before it was ready.
    """
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env={**_inherited(), "HOME": str(folder), "PORT": "0", "LOG_FORMAT": "json", **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    reading = None
    try:
        async with asyncio.timeout(_READY_WITHIN_S):
            address = await _ready(process)
        program = Program(process, f"http://{address}", timedelta(seconds=time.perf_counter() - began))
        reading = asyncio.create_task(_read_on(process))
        yield program
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        if reading is not None:
            await reading


def _inherited() -> dict[str, str]:
    project = str(Path(__file__).parents[1])
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": project}


async def _ready(process: asyncio.subprocess.Process) -> str:
    said = []
    assert process.stderr is not None  # noqa: S101 — it was asked for
    async for line in process.stderr:
        said.append(line.decode(errors="replace"))
        if line.startswith(b"{"):
            entry = json.loads(line)
            if entry.get("event") == "ready":
                return str(entry["listening"])
    raise RuntimeError(f"it ended with {await process.wait()}:\n{''.join(said[-20:])}")


async def _read_on(process: asyncio.subprocess.Process) -> None:
    assert process.stderr is not None  # noqa: S101 — likewise
    async for _ in process.stderr:
        pass
