"""Several sources read side by side, their items given in the order of the sources."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Generic, TypeVar

T = TypeVar("T")


class Lane(Generic[T]):
    """One source, read ahead by a task of its own.

    Args:
        source: What to read; closed at the end.
        ahead: How many items to hold at most; the source waits while nobody takes them.
    """

    def __init__(self, source: AsyncGenerator[T], ahead: int) -> None:
        self._items: deque[T] = deque()
        self._room = asyncio.Semaphore(ahead)
        self._changed = asyncio.Event()
        self.task = asyncio.create_task(self._read(source))
        self.task.add_done_callback(lambda _: self._changed.set())

    async def _read(self, source: AsyncGenerator[T]) -> None:
        async with aclosing(source):
            await self._room.acquire()
            async for item in source:
                self._items.append(item)
                self._changed.set()
                await self._room.acquire()

    async def items(self) -> AsyncIterator[T]:
        """The items, then whatever the source raised."""
        while True:
            while self._items:
                yield self._items.popleft()
                self._room.release()
            if self.task.done():
                self.task.result()
                return
            self._changed.clear()
            await self._changed.wait()


async def side_by_side(sources: AsyncGenerator[AsyncGenerator[T]], *, abreast: int, ahead: int) -> AsyncGenerator[T]:
    """The items of all sources, source by source, while those behind are read already.

    What a source raises comes after all that lies before it; the sources behind it are given up at once. Whenever this
    generator ends, nothing of what it began is left.

    Args:
        sources: The sources in order, found as they are needed.
        abreast: How many to read at a time.
        ahead: How many items of each to hold at most.
    """
    room = asyncio.Semaphore(abreast)
    begun: deque[Lane[T]] = deque()

    async def lanes() -> AsyncGenerator[Lane[T]]:
        async with aclosing(sources):
            async for source in sources:
                await room.acquire()
                lane = Lane(source, ahead)
                begun.append(lane)
                lane.task.add_done_callback(give_up_behind)
                yield lane

    def give_up_behind(failed: asyncio.Task[None]) -> None:
        if failed.cancelled() or failed.exception() is None:
            return
        opening.task.cancel()
        for lane in reversed(begun):
            if lane.task is failed:
                break
            lane.task.cancel()

    opening = Lane(lanes(), abreast)
    try:
        async for lane in opening.items():
            async for item in lane.items():
                yield item
            begun.popleft()
            room.release()
    finally:
        tasks = [opening.task, *(lane.task for lane in begun)]
        for task in tasks:
            task.cancel()
        # A lane may have been opened while the others were being given up: none can be once its opener is gone.
        await asyncio.gather(*tasks, return_exceptions=True)
