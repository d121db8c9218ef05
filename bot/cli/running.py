"""``run``: the bot, until somebody wants it to end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Final

from bot import logs
from bot.cli.words import Exit, complain
from bot.domain.errors import BotError
from bot.settings import Settings, load
from bot.wiring import bot

_END_WITHIN: Final = timedelta(seconds=9.5)
"""A supervisor that asked the process to end commonly kills it after ten seconds."""


def run(env_file: Path | None) -> Exit:
    """Run the bot until SIGTERM or SIGINT, and return how that went."""
    try:
        settings = load(slack=True, env_file=env_file)
        logs.configure(settings.logs.log_level.value, settings.logs.log_format, secrets=settings.secrets)
        asyncio.run(_until_told(settings))
    except BotError as error:
        return complain(error)
    return Exit.COMPLETE


async def _until_told(settings: Settings) -> None:
    told = asyncio.Event()
    on_signal(told.set)
    async with AsyncExitStack() as stack:
        starting = asyncio.create_task(bot.start(settings, stack))
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait([starting, waiting], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():  # what has been started by then is on the stack
            starting.cancel()
            await asyncio.wait([starting])
            return
        running = starting.result()
        await waiting
        await running.stop()


def on_signal(tell: Callable[[], None]) -> None:
    """Call ``tell`` in the running event loop at the first SIGTERM or SIGINT.

    From then on the process ends within ten seconds, whatever hangs, and at once at a second signal.
    """
    loop = asyncio.get_running_loop()
    signals: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        if signals:
            os._exit(128 + number)
        signals.append(number)
        timer = threading.Timer(_END_WITHIN.total_seconds(), os._exit, [Exit.COMPLETE])
        timer.daemon = True
        timer.start()
        loop.call_soon_threadsafe(tell)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
