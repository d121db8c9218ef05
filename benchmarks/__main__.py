"""Measures everything, or what is named, and prints it beside its baselines: ``python -m benchmarks [NAME …]``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from rich.console import Console

from benchmarks import figures
from benchmarks.figures import Failure, Figure, Row
from benchmarks.measurements import MEASUREMENTS, Measurement

_WIDTH: Final = 140
_END_WITHIN: Final = timedelta(seconds=15)


def main() -> int:
    """Print the figures, and keep them if they are all; gives 1 if something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Without a name, all is measured.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    names = parser.parse_args().names or list(MEASUREMENTS)
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        parser.error(f"there is no {unknown[0]}; there are {', '.join(MEASUREMENTS)}")
    machine = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before, Python {platform.python_version()}"
    rows = asyncio.run(_all(names))
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(figures.table(rows))
    if set(names) == set(MEASUREMENTS):
        figures.keep(rows, machine)
    return int(any(isinstance(row, Failure) for row in rows))


async def _all(names: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    for number, name in enumerate(names, 1):
        wanted = MEASUREMENTS[name]
        sys.stderr.write(f"{number}/{len(names)} {wanted.what} … ")
        sys.stderr.flush()
        began = time.monotonic()
        found = await measured(name, wanted)
        rows += found
        failed = "failed after " if any(isinstance(row, Failure) for row in found) else ""
        sys.stderr.write(f"{failed}{time.monotonic() - began:.0f} s\n")
    return rows


async def measured(name: str, wanted: Measurement) -> Sequence[Row]:
    """The figures of a process of its own, or why there are none."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "benchmarks.measurements", name),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(wanted.within.total_seconds()):
            printed, said = await process.communicate()
    except TimeoutError:
        return [Failure(wanted.what, f"not within {wanted.within.total_seconds():.0f} s")]
    finally:
        await _end(process)
    if process.returncode:
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        return [Failure(wanted.what, last[0] if last else f"it ended with {process.returncode}")]
    return [Figure(**each) for each in json.loads(printed.splitlines()[-1])]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let it end what it has started, or end all of that with it."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _END_WITHIN.total_seconds())
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


if __name__ == "__main__":
    sys.exit(main())
