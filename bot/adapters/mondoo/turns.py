"""Turns to ask Mondoo: so many at once, and the others in the order in which they came.

While Mondoo hangs, hundreds of people may ask: who waits for a turn costs nothing, neither here nor there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from bot.domain.errors import Unavailable

_AT_ONCE: Final = 64
"""Over HTTP/2 one connection carries all of them, once there is one."""


class Turns:
    """Turns of which each is waited for no longer than ``within``."""

    def __init__(self, within: timedelta, at_once: int = _AT_ONCE) -> None:
        self._within = within
        self._free = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """A turn, as soon as there is one.

        Raises:
            Unavailable: there was none in time.
        """
        if self._free.locked():
            try:
                async with asyncio.timeout(self._within.total_seconds()):
                    await self._free.acquire()
            except TimeoutError as error:
                raise Unavailable("All connections to Mondoo are busy") from error
        else:
            await self._free.acquire()  # at once
        try:
            yield
        finally:
            self._free.release()
