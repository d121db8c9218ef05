"""Reading a whole log with the real command line over HTTP: how long, and whether memory grows with the log."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.processes import Run, run
from bot.sandbox.mondoo.documented import SCOPE
from bot.sandbox.server import Sandbox, serve

LOGS: Final = (100, 10_000, 100_000)
RACE: Final = 20_000
"""Events to read as fast as the documented loop, and faster."""
DELAYS: Final = (timedelta(), timedelta(milliseconds=50))
"""What the way to Mondoo and back takes in a race."""
ROUNDS: Final = 3
_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)


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
class Race:
    """The documented loop and the bot, one after the other, each as a whole process."""

    delay: timedelta
    documented: Run
    bot: Run
    requests: int
    """How many the bot sent."""
    needed: int
    """How many the documented loop sent."""

    @property
    def times_faster(self) -> float:
        """How many times the bot's time the documented loop took."""
        return self.documented.took / self.bot.took


async def measure(logs: tuple[int, ...] = LOGS) -> list[Reading]:
    """A reading of each size of log, smallest first."""
    readings = []
    async with serve(port=0, page=False) as sandbox:
        sandbox.mondoo.configure(requests_per_minute=None)
        for events in logs:
            _grow(sandbox, events)
            readings.append(Reading(events, await asyncio.to_thread(_read, sandbox.environment, events)))
    return readings


async def race(rounds: int = ROUNDS) -> list[Race]:
    """The best race of some, for each delay."""
    races = []
    async with serve(port=0, page=False) as sandbox:
        _grow(sandbox, RACE)
        for delay in DELAYS:
            sandbox.mondoo.configure(requests_per_minute=None, latency_s=delay.total_seconds())
            found = [await _race(sandbox, delay) for _ in range(rounds)]
            races.append(max(found, key=lambda each: each.times_faster))
    return races


async def _race(sandbox: Sandbox, delay: timedelta) -> Race:
    ledger = sandbox.mondoo.ledger
    before = ledger.received
    documented = await asyncio.to_thread(_loop, sandbox.environment, RACE)
    between = ledger.received
    bot = await asyncio.to_thread(_read, sandbox.environment, RACE)
    return Race(delay, documented, bot, ledger.received - between, between - before)


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


def _read(environment: Mapping[str, str], events: int) -> Run:
    """What it takes the bot to read the log."""
    question = ["-m", "bot", "query", f"org={SCOPE.id}", "since=2000-01-01", "limit=all", "--format", "ndjson"]
    return _measured([*question, "--output"], environment, events)


def _loop(environment: Mapping[str, str], events: int) -> Run:
    """What it takes the documented loop."""
    return _measured(["-m", "benchmarks.documented", SCOPE.mrn], environment, events)


def _measured(arguments: list[str], environment: Mapping[str, str], events: int) -> Run:
    """What a program took that writes the log to the file given last.

    Raises:
        AssertionError: what came back is not the whole log.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "events.ndjson")
        measured = run([*arguments, str(output)], environment)
        count = output.read_bytes().count(b"\n")
    assert count == events, f"{count} of {events} events were read"  # noqa: S101 — a wrong answer has no speed
    return measured
