"""``run``: the bot, until somebody wants it to end."""

from __future__ import annotations

import asyncio
import gc
from contextlib import AsyncExitStack
from pathlib import Path

from bot import logs
from bot.cli import loops
from bot.cli.signals import on_signal
from bot.cli.words import Exit, complain
from bot.domain.errors import BotError
from bot.ports import Clock
from bot.settings import Settings, load
from bot.wiring import bot


def run(env_file: Path | None, clock: Clock | None = None) -> Exit:
    """Run the bot until SIGTERM or SIGINT, by this machine's clock or another, and return how that went."""
    try:
        settings = load(slack=True, env_file=env_file)
        logs.configure(settings.logs.log_level.value, settings.logs.log_format, secrets=settings.secrets)
        loops.run(_until_told(settings, clock))
    except BotError as error:
        return complain(error)
    return Exit.COMPLETE


async def _until_told(settings: Settings, clock: Clock | None) -> None:
    told = asyncio.Event()
    on_signal(told.set)
    async with AsyncExitStack() as stack:
        starting = asyncio.create_task(bot.start(settings, stack, clock))
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait([starting, waiting], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():  # what has been started by then is on the stack
            starting.cancel()
            await asyncio.wait([starting])
            return
        running = starting.result()
        gc.freeze()  # to go through all that was imported takes longer than an acknowledgement may
        await waiting
        await running.stop()
