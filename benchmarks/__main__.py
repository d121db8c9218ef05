"""Prints the figures; each line says what was measured and of how much."""

from __future__ import annotations

import argparse
import asyncio
import sys

from rich.console import Console
from rich.table import Table

from benchmarks import decoding, figures, reading, scaling

_MIB = 2**20
_WIDTH = 140
_MILLISECONDS = 1000


def main() -> None:
    """Measure everything, and print it; a part of it with ``--read`` or ``--scale``, in short with ``--quick``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--read", action="store_true", help="reading alone")
    parser.add_argument("--scale", action="store_true", help="commands and scale alone")
    parser.add_argument("--quick", action="store_true", help="likewise, and less of it; nothing is kept")
    wanted = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    if not (wanted.scale or wanted.quick):
        _read(console)
    if wanted.read:
        return
    found = asyncio.run(scaling.measure(quick=wanted.quick))
    console.print("Commands and scale, each figure beside its baseline")
    console.print(figures.table(found))
    if not wanted.quick:
        figures.keep(found)


def _read(console: Console) -> None:
    console.print("An event from the wire to a line of NDJSON, in CPU time")
    console.print(_costs(decoding.measure()))
    console.print(
        f"{reading.RACE:,} events, `query … limit=all --format ndjson` beside the documented loop, "
        f"whole processes by turns, the quickest of {reading.ROUNDS} each"
    )
    console.print(_races(asyncio.run(reading.race())))
    console.print("Reading a whole log, `query … limit=all --format ndjson`, over HTTP on this machine")
    console.print(_readings(asyncio.run(reading.measure())))


def _costs(cost: decoding.Cost) -> Table:
    table = _table("µs/event", "json.loads alone, µs/event", "ratio")
    table.add_row(f"{cost.whole_us:.1f}", f"{cost.json_loads_us:.1f}", f"{cost.whole_us / cost.json_loads_us:.1f}")
    return table


def _races(races: list[reading.Race]) -> Table:
    table = _table("link, ms", "times faster", "", "took, s", "waits, s", "requests", "CPU, s", "stand-in's CPU, s")
    for race in races:
        for name, side in (("loop", race.documented), ("bot", race.bot)):
            table.add_row(
                f"{race.delay.total_seconds() * _MILLISECONDS:.0f}",
                f"{race.times_faster:.2f}" if side is race.bot else "",
                name,
                f"{side.run.took.total_seconds():.2f}",
                f"{race.waits.total_seconds():.2f}" if side is race.documented else "",
                f"{side.requests:,}",
                f"{side.run.cpu.total_seconds():.2f}",
                f"{side.stand_in_cpu.total_seconds():.2f}",
            )
    return table


def _readings(readings: list[reading.Reading]) -> Table:
    table = _table("events", "seconds", "events/s", "CPU, µs/event", "peak memory, MiB")
    for found in readings:
        table.add_row(
            f"{found.events:,}",
            f"{found.run.took.total_seconds():.1f}",
            f"{found.events_per_s:,.0f}",
            f"{found.run.cpu.total_seconds() / found.events * 1e6:.0f}",
            f"{found.run.peak_bytes / _MIB:.0f}",
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(*columns)
    for column in table.columns:
        column.justify = "right"
    return table


if __name__ == "__main__":
    main()
