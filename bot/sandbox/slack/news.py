"""Waiting for what has not happened yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta


class News:
    """Wakes everybody who waits each time there is something new."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Wakes those who wait now; who comes later waits for the next time."""
        told, self._next = self._next, asyncio.Event()
        told.set()

    async def wait(self) -> None:
        """Waits for the next time, however long it takes."""
        await self._next.wait()

    async def until(self, condition: Callable[[], bool], patience: timedelta) -> bool:
        """Waits until `condition` holds, looking again each time there is something new.

        Returns:
            Whether it holds; False when `patience` ran out first.
        """
        if condition():
            return True
        try:
            async with asyncio.timeout(patience.total_seconds()):
                while not condition():
                    await self._next.wait()
        except TimeoutError:
            return False
        return True
