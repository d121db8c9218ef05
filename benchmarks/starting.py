"""How soon the programs start: the command line until it has helped, the bot until it is connected."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from benchmarks import processes
from benchmarks.commands import environment
from benchmarks.figures import Figure
from benchmarks.programs import running
from bot.sandbox.server import serve
from bot.sandbox.slack import Transport

_ROUNDS: Final = 5


async def figures() -> list[Figure]:
    """The least of several starts each; of ``run`` until it says that it is ready, which is after it is connected."""
    took = {
        name: min(processes.run(arguments, os.environ).took.total_seconds() for _ in range(_ROUNDS))
        for name, arguments in {"bare": ["-c", "pass"], "help": ["-m", "bot", "query", "--help"]}.items()
    }
    helped = Figure("query --help", took["help"], took["bare"] + 0.4, "s", "python -c pass, and 0.4 s", 1)
    ready = [
        Figure(f"run until it is connected, {transport.value}", await _ready_after_s(transport), 2, "s", "the goal", 1)
        for transport in Transport
    ]
    return [helped, *ready]


async def _ready_after_s(transport: Transport) -> float:
    found = []
    async with serve(port=0, page=False) as sandbox:
        told = environment(sandbox, transport)
        for _ in range(_ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                async with running(["-m", "bot", "run"], told, Path(folder)) as program:
                    found.append(program.ready_after.total_seconds())
    return min(found)
