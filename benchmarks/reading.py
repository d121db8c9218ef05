"""Reading a whole log with the real command line over HTTP: how long, and whether memory grows with the log."""

from __future__ import annotations

import asyncio
import json
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from benchmarks.processes import Run, run
from benchmarks.programs import Program, running

LOGS: Final = (100, 10_000, 100_000, 1_000_000)
RACE: Final = 20_000
"""Events to read as fast as the documented loop, and faster."""
DELAYS: Final = (timedelta(), timedelta(milliseconds=50))
"""What the way to Mondoo and back takes in a race."""
ROUNDS: Final = 5
ORGANIZATION: Final = "a-long-log"
_MRN: Final = f"//captain.api.mondoo.app/organizations/{ORGANIZATION}"
_Read = Callable[[Mapping[str, str], int], Run]


@dataclass(frozen=True, slots=True)
class Reading:
    """One log read to its end."""

    events: int
    run: Run

    @property
    def events_per_s(self) -> float:
        """Events for each second, the program's start and the stand-in's own work included."""
        return self.events / self.run.took.total_seconds()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two in a race: its quickest run, and what that asked of the stand-in."""

    run: Run
    requests: int
    stand_in_cpu: timedelta


@dataclass(frozen=True, slots=True)
class Race:
    """The documented loop and the bot, by turns, each as a whole process."""

    delay: timedelta
    documented: Side
    bot: Side

    @property
    def times_faster(self) -> float:
        """How many times the bot's time the documented loop took."""
        return self.documented.run.took / self.bot.run.took

    @property
    def waits(self) -> timedelta:
        """What the documented loop cannot take less than, on whatever machine."""
        return self.documented.requests * self.delay


async def measure(logs: tuple[int, ...] = LOGS) -> list[Reading]:
    """A reading of each size of log, smallest first."""
    readings = []
    for events in logs:
        async with long_log(events, timedelta()) as mondoo:
            readings.append(Reading(events, await asyncio.to_thread(_read, _environment(mondoo), events)))
    return readings


async def race(delay: timedelta, events: int = RACE, rounds: int = ROUNDS) -> Race:
    """Both sides by turns, the quickest run of each."""
    async with long_log(events, delay) as mondoo:
        found = [(await _one(mondoo, _loop, events), await _one(mondoo, _read, events)) for _ in range(rounds)]
    documented, bot = (min(sides, key=lambda side: side.run.took) for sides in zip(*found, strict=True))
    return Race(delay, documented, bot)


async def _one(mondoo: Program, read: _Read, events: int) -> Side:
    requests, cpu = await asyncio.to_thread(_asked, mondoo), mondoo.cpu()
    took = await asyncio.to_thread(read, _environment(mondoo), events)
    return Side(took, await asyncio.to_thread(_asked, mondoo) - requests, mondoo.cpu() - cpu)


@asynccontextmanager
async def long_log(events: int, delay: timedelta) -> AsyncIterator[Program]:
    """What stands in for Mondoo, with so many events in the log of ``ORGANIZATION``."""
    arguments = ["-m", "benchmarks.long_log", str(events), str(delay.total_seconds())]
    with tempfile.TemporaryDirectory() as folder:
        async with running(arguments, {}, Path(folder)) as program:
            yield program


def _asked(mondoo: Program) -> int:
    with urllib.request.urlopen(mondoo.listening) as answer:  # noqa: S310 — the stand-in's own address
        return int(json.load(answer))


def _environment(mondoo: Program) -> dict[str, str]:
    return {"MONDOO_API_URL": f"{mondoo.listening}/query", "MONDOO_API_TOKEN": "made-up"}


def _read(environment: Mapping[str, str], events: int) -> Run:
    """What it takes the bot to read the log."""
    question = ["-m", "bot", "query", f"org={ORGANIZATION}", "since=2000-01-01", "limit=all", "--format", "ndjson"]
    return _measured([*question, "--output"], environment, events)


def _loop(environment: Mapping[str, str], events: int) -> Run:
    """What it takes the documented loop."""
    return _measured(["-m", "benchmarks.documented", _MRN], environment, events)


def _measured(arguments: list[str], environment: Mapping[str, str], events: int) -> Run:
    """What a program took that writes the log to the file given last.

    Raises:
        AssertionError: what came back is not the whole log.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "events.ndjson")
        measured = run([*arguments, str(output)], environment)
        with output.open("rb") as lines:
            count = sum(1 for _ in lines)
    assert count == events, f"{count} of {events} events were read"  # noqa: S101 — a wrong answer has no speed
    return measured
