"""Something to do again and again while one waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

_T = TypeVar("_T")


async def beating(
    items: AsyncIterator[_T], every: timedelta, beat: Callable[[], Awaitable[None]]
) -> AsyncGenerator[_T]:
    """The items as they come, and a beat each time that none has come for so long.

    What an item or a beat raises ends it; nothing is left waiting then.
    """
    while True:
        coming = asyncio.create_task(_next(items))
        try:
            while not coming.done():
                done, _ = await asyncio.wait((coming,), timeout=every.total_seconds())
                if not done:
                    await beat()
        except BaseException:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)  # it may have failed at the same moment
            raise
        found = coming.result()
        if not found:
            return
        yield found[0]


async def _next(items: AsyncIterator[_T]) -> tuple[_T, ...]:
    """The next item; none at the end."""
    async for item in items:
        return (item,)
    return ()
