"""The command line as a process of its own, before a sandbox on real sockets."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from bot.sandbox.server import Sandbox, serve
from tests.forks import Fork, Forks

PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that has ended."""

    status: int
    out: str
    err: str


class Command:
    """A command that runs. Everything it may know is in ``environment``; its home and folder are the test's own."""

    def __init__(self, process: Fork) -> None:
        self.process = process

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def line(self, stream: str, holding: str) -> str:
        """The next line on ``out`` or ``err`` that holds some words."""
        reader = self.process.stdout if stream == "out" else self.process.stderr
        seen = []
        async with asyncio.timeout(PATIENCE_S):
            async for raw in reader:
                seen.append(raw.decode())
                if holding in seen[-1]:
                    return seen[-1]
        raise AssertionError(f"no {holding!r} in:\n{''.join(seen)}")

    async def end(self, *, within_s: float = PATIENCE_S) -> Ended:
        """How it ended, with what was not read before."""
        async with asyncio.timeout(within_s):
            out, err = await self.process.communicate()
        return Ended(await self.process.wait(), out.decode(), err.decode())


class Begin(Protocol):
    """``await begin("run", PORT="0")`` starts a command, with further variables of the environment."""

    def __call__(self, *arguments: str, **variables: str) -> Awaitable[Command]: ...


class Run(Protocol):
    """``await run("query", "org=acme-platform")`` runs a command to its end."""

    def __call__(self, *arguments: str, **variables: str) -> Awaitable[Ended]: ...


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Mondoo and Slack on a free port, without the page."""
    async with serve(port=0, page=False) as running:
        yield running


@pytest.fixture
def environment(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    """What the bot is told of the sandbox, for Socket Mode; it retries for a second at most."""
    kept = {name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    told = {name: value for name, value in sandbox.environment.items() if name != "SLACK_SIGNING_SECRET"}
    return {**kept, **told, "HOME": str(tmp_path), "PORT": "0", "MONDOO_PATIENCE": "1s"}


@pytest.fixture
async def begin(forks: Forks, environment: Mapping[str, str], tmp_path: Path) -> AsyncIterator[Begin]:
    """Starts commands, and ends at last whatever still runs of them."""
    async with AsyncExitStack() as stack:

        async def begin(*arguments: str, **variables: str) -> Command:
            merged = {**environment, **variables}
            told = {name: value for name, value in merged.items() if value}
            process = await forks.begin(arguments, told, tmp_path)
            stack.push_async_callback(_end, process)
            return Command(process)

        yield begin


@pytest.fixture
def run(begin: Begin) -> Run:
    async def run(*arguments: str, **variables: str) -> Ended:
        return await (await begin(*arguments, **variables)).end()

    return run


@pytest.fixture
def on_a_terminal(environment: Mapping[str, str], tmp_path: Path) -> Callable[..., Awaitable[str]]:
    """Runs a command on a terminal of 80 columns and gives all that appears there, with how it is drawn."""

    async def on_a_terminal(*arguments: str) -> str:
        ours, its = pty.openpty()
        os.set_blocking(ours, False)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=tmp_path,
            env={**environment, "COLUMNS": "80", "TERM": "xterm"},
            stdin=its,
            stdout=its,
            stderr=its,
        )
        os.close(its)
        shown = bytearray()
        ended = asyncio.create_task(process.wait())
        readable = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(ours, readable.set)
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    await readable.wait()
                    readable.clear()
                    try:
                        shown += os.read(ours, 65_536)
                    except BlockingIOError:
                        continue
                    except OSError:  # the other end is closed: so says Linux that all was read
                        break
                await ended
        finally:
            loop.remove_reader(ours)
            os.close(ours)
            await _end(process)
        return shown.decode()

    return on_a_terminal


async def _end(process: Fork | asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.communicate()
