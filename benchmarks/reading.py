"""Reading a whole log with the real command line over HTTP: how long, and whether memory grows with the log."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from bot.sandbox.mondoo.documented import SCOPE
from bot.sandbox.server import Sandbox, serve

LOGS = (100, 1_000, 10_000, 50_000)
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """One log read to its end."""

    events: int
    took: timedelta
    peak_bytes: int
    """The most memory that the process held at once."""

    @property
    def events_per_s(self) -> float:
        """Events for each second, the program's start and the stand-in's own work included."""
        return self.events / self.took.total_seconds()


async def measure() -> list[Reading]:
    """A reading of each size of log, smallest first."""
    readings = []
    async with serve(port=0, page=False) as sandbox:
        sandbox.mondoo.configure(requests_per_minute=None)
        for events in LOGS:
            _grow(sandbox, events)
            readings.append(await asyncio.to_thread(_read, sandbox.environment, events))
    return readings


def _grow(sandbox: Sandbox, events: int) -> None:
    """Add to the documented log until it holds so many events, a minute apart."""
    pattern = sandbox.mondoo.log(SCOPE.mrn)
    sandbox.mondoo.append(
        SCOPE.mrn,
        (
            msgspec.structs.replace(pattern[number % len(pattern)], timestamp=_LONG_AGO + number * timedelta(minutes=1))
            for number in range(len(pattern), events)
        ),
    )


def _read(environment: Mapping[str, str], events: int) -> Reading:
    """What it took to read the log.

    Raises:
        AssertionError: what came back is not the whole log.
    """
    command = [sys.executable, "-m", "bot", "query", f"org={SCOPE.id}", "since=2000-01-01", "limit=all"]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "events.ndjson")
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 — the bot itself
            [*command, "--format", "ndjson", "--output", str(output)],
            env={**os.environ, **environment},
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        took = timedelta(seconds=time.perf_counter() - began)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        count = output.read_bytes().count(b"\n")
    assert count == events, f"{count} of {events} events were read"  # noqa: S101 — a wrong answer has no speed
    return Reading(events, took, usage.ru_maxrss * (1 if sys.platform == "darwin" else _KIB))
