"""All that is measured, by name; ``python -m benchmarks.measurements NAME`` prints the figures of one as JSON.

Each has a process of its own, so that none bears what another has left behind.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from benchmarks import catching_up, commands, curves, decoding, reading, scaling, starting
from benchmarks.figures import Figure
from bot.cli import loops
from bot.sandbox.slack import Transport

_MIB: Final = 2**20
_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing to measure."""

    what: str
    figures: Callable[[], Awaitable[list[Figure]]]
    within: timedelta
    """How long it may take: several times what it takes on a quiet machine."""
    here: bool = False
    """Whether the bot's own code runs in the process that measures, and so needs the loop that the bot has."""


async def _events() -> list[Figure]:
    cost = await asyncio.to_thread(decoding.measure)
    alone = f"the goal; json.loads alone {cost.json_loads_us:.1f}"
    return [Figure("an event from the wire to a line: CPU", cost.whole_us, 17, "µs", alone, 1)]


async def _races() -> list[Figure]:
    figures = []
    for delay in reading.DELAYS:
        race = await reading.race(delay, rounds=reading.ROUNDS)
        name = f"{reading.RACE:,} events, {race.delay.total_seconds() * _MS:g} ms away"
        took, loop = (side.run.took.total_seconds() for side in (race.bot, race.documented))
        goal = round(1 / 6, 3) if race.delay else 1.05
        figures += [
            Figure(name, took, loop, "s", "the documented loop", goal),
            Figure(f"{name}: requests", race.bot.requests, race.documented.requests, "", "of the loop", 1.15),
        ]
    return figures


async def _catching_up() -> list[Figure]:
    paged, parts = await catching_up.measure()
    name = f"{reading.RACE:,} events into the ledger, 50 ms away"
    return [Figure(name, parts, paged, "s", "page by page", round(1 / 3, 3))]


async def _whole_logs() -> list[Figure]:
    found = await reading.measure()
    curves.memory([(each.events, each.run.peak_bytes / _MIB) for each in found])
    last = found[-1]
    name = f"{last.events:,} events to a file: memory"
    return [Figure(name, last.run.peak_bytes / _MIB, 120, "MiB", "the goal", 1)]


def _commands(transport: Transport) -> Callable[[], Awaitable[list[Figure]]]:
    return lambda: commands.figures(transport, timedelta(minutes=1))


async def _digests() -> list[Figure]:
    return [await scaling.digests(scaling.HISTORIES)]


async def _writes(kind: str) -> list[Figure]:
    return [await scaling.writes(kind, quick=False)]


MEASUREMENTS: Final[Mapping[str, Measurement]] = {
    "events": Measurement("what an event costs", _events, timedelta(minutes=2)),
    "start": Measurement("how soon the programs start", starting.figures, timedelta(minutes=2)),
    "http": Measurement("commands over HTTP", _commands(Transport.HTTP), timedelta(minutes=5)),
    "socket": Measurement("commands over Socket Mode", _commands(Transport.SOCKET), timedelta(minutes=5)),
    "races": Measurement("a whole log beside the documented loop", _races, timedelta(minutes=6)),
    "logs": Measurement("whole logs, larger and larger", _whole_logs, timedelta(minutes=8)),
    "catching-up": Measurement("the first read of a scope", _catching_up, timedelta(minutes=3), here=True),
    "polls": Measurement("polls of many scopes", lambda: scaling.polls(1_000), timedelta(minutes=4), here=True),
    "digests": Measurement("digests on longer and longer histories", _digests, timedelta(minutes=4)),
    "sqlite": Measurement("new events, SQLite", lambda: _writes("SQLite"), timedelta(minutes=2)),
    "postgresql": Measurement("new events, PostgreSQL", lambda: _writes("PostgreSQL"), timedelta(minutes=2)),
    "replicas": Measurement("four replicas", lambda: _one(scaling.replicas()), timedelta(minutes=3)),
}
"""In the order in which they are made."""


async def _one(figure: Awaitable[Figure]) -> list[Figure]:
    return [await figure]


async def _print(measurement: Measurement) -> None:
    figures = await measurement.figures()
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures]) + "\n")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # by which the time limit is told, wherever this runs
    wanted = MEASUREMENTS[sys.argv[1]]
    (loops.run if wanted.here else asyncio.run)(_print(wanted))
