"""Prints the figures; each line says what was measured and of how much."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.table import Table

from benchmarks import reading

_MIB = 2**20


def main() -> None:
    """Measure everything, and print it."""
    console = Console()
    console.print("Reading a whole log, `query … limit=all --format ndjson`, over HTTP on this machine")
    table = Table("events", "seconds", "events/s", "peak memory, MiB")
    for column in table.columns:
        column.justify = "right"
    for found in asyncio.run(reading.measure()):
        took = found.took.total_seconds()
        table.add_row(
            f"{found.events:,}", f"{took:.1f}", f"{found.events_per_s:,.0f}", f"{found.peak_bytes / _MIB:.0f}"
        )
    console.print(table)


if __name__ == "__main__":
    main()
