"""The line that commands stand in, so that hundreds of them neither slow the bot down nor pile up in it.

While Mondoo hangs, each question costs tasks, timers, requests and a word of waiting, and nothing comes of them. So
some are asked at once, some wait, and further ones are turned away by their acknowledgement.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.access import UserId
from bot.domain.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is taken on."""

    room: int = 128
    """Commands in line, those being answered included."""
    each: int = 64
    """Of one person, so that nobody keeps the others out."""
    at_once: int = 32
    """Logs read: at a fifth of a second each, 160 a second."""
    apart: timedelta = timedelta(milliseconds=20)
    """Between the beginnings of two answers: acknowledgements go out in between."""
    within: timedelta = timedelta(seconds=30)
    """How long one waits for its turn to read."""


USUAL: Final = Bounds()


class Line:
    """Places for commands, and turns to read a log for those that have one, in the order in which they ask."""

    def __init__(self, bounds: Bounds = USUAL) -> None:
        self._bounds = bounds
        self._here: Counter[UserId] = Counter()
        self._turns = asyncio.Semaphore(bounds.at_once)
        self._next_s = 0.0

    def has_room(self, user: UserId) -> bool:
        """Whether one more question of this person would be answered."""
        return self._here[user] < self._bounds.each and self._here.total() < self._bounds.room

    @contextmanager
    def place(self, user: UserId) -> Generator[None]:
        """A place, whether there is room or not: what reads no log takes no time."""
        self._here[user] += 1
        try:
            yield
        finally:
            self._here[user] -= 1
            if not self._here[user]:
                del self._here[user]

    async def begin(self) -> None:
        """Return at once, or a moment after the one before began."""
        now = asyncio.get_running_loop().time()
        begins = max(now, self._next_s)
        self._next_s = begins + self._bounds.apart.total_seconds()
        if begins > now:
            await asyncio.sleep(begins - now)

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """A turn to read a log, as soon as there is one.

        Raises:
            Unavailable: there was none in time.
        """
        try:
            async with asyncio.timeout(self._bounds.within.total_seconds()):
                await self._turns.acquire()
        except TimeoutError as error:
            raise Unavailable("Too many questions wait for Mondoo, which is slow or hard to reach just now.") from error
        try:
            yield
        finally:
            self._turns.release()
