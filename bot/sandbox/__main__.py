"""The sandbox by itself: `python -m bot.sandbox`. It prints what a bot needs to know, and runs until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from bot.sandbox.errors import SandboxError
from bot.sandbox.server import LOOPBACK, PORT, Sandbox, serve


def main() -> int:
    """Runs the sandbox and gives the exit code: 0, or 2 if it could not start."""
    arguments = _arguments()
    try:
        asyncio.run(_run(arguments))
    except SandboxError as error:
        print(error, file=sys.stderr)  # noqa: T201 — its words are for the person at the terminal
        return 2
    return 0


async def _run(arguments: argparse.Namespace) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows Ctrl-C ends the program without a word
            loop.add_signal_handler(number, told.set)
    async with serve(
        arguments.host,
        arguments.port,
        manifest=arguments.manifest,
        page=not arguments.without_page,
        seed=arguments.seed,
    ) as sandbox:
        print(_introduction(sandbox), flush=True)  # noqa: T201 — what it is started for
        await told.wait()


def _introduction(sandbox: Sandbox) -> str:
    lines = [f"# The sandbox runs at {sandbox.base_url}. Stop it with Ctrl-C. A bot needs these settings:"]
    lines += [f"{name}={value}" for name, value in sandbox.environment.items()]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--host", default=LOOPBACK, help="what to listen on (default: this machine alone)")
    parser.add_argument("--port", type=int, default=PORT, help="0 for a free one (default: %(default)s)")
    parser.add_argument("--manifest", type=Path, help="the app to install (default: the project's own)")
    parser.add_argument("--without-page", action="store_true", help="serve Mondoo and Slack alone, and start faster")
    parser.add_argument("--seed", type=int, default=1, help="what histories and ids are drawn from")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
