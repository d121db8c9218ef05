"""While one waits for something, something else is done again and again."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import timedelta

import pytest

from bot.services.heartbeat import beating

EVERY = timedelta(milliseconds=5)
LONG_S = 0.05
PROMPTLY_S = 5
FOR_EVER_S = 3_600


class Source:
    """Gives 1, 2, 3, each after a while, and then raises ``trouble``, if any; knows whether it was closed."""

    def __init__(self, wait_s: float = 0, trouble: Exception | None = None) -> None:
        self.wait_s = wait_s
        self.trouble = trouble
        self.closed = False

    async def items(self) -> AsyncGenerator[int]:
        try:
            for item in (1, 2, 3):
                await asyncio.sleep(self.wait_s)
                yield item
            if self.trouble is not None:
                raise self.trouble
        finally:
            self.closed = True


class Heart:
    """Counts its beats, and stops at the one after ``last``."""

    def __init__(self, last: int | None = None) -> None:
        self.last = last
        self.beats = 0

    async def beat(self) -> None:
        if self.beats == self.last:
            raise ValueError("it stopped")
        self.beats += 1


async def gathered(source: Source, heart: Heart, note: Callable[[int], object]) -> None:
    async with aclosing(source.items()) as items, aclosing(beating(items, EVERY, heart.beat)) as found:
        async for item in found:
            note(item)


async def test_it_beats_while_nothing_comes() -> None:
    heart, found = Heart(), list[int]()
    await gathered(Source(LONG_S), heart, found.append)
    assert found == [1, 2, 3]
    assert heart.beats >= 6


async def test_it_does_not_beat_where_nobody_waits() -> None:
    heart, found = Heart(), list[int]()
    await gathered(Source(), heart, found.append)
    assert found == [1, 2, 3]
    assert heart.beats == 0


async def test_what_the_source_raises_comes_after_its_items() -> None:
    found = list[int]()
    with pytest.raises(KeyError):
        await gathered(Source(trouble=KeyError("page")), Heart(), found.append)
    assert found == [1, 2, 3]


@pytest.mark.parametrize("last", [0, 2])
async def test_a_beat_that_fails_ends_the_waiting(last: int) -> None:
    source = Source(FOR_EVER_S)
    with pytest.raises(ValueError, match="it stopped"):
        await asyncio.wait_for(gathered(source, Heart(last), print), PROMPTLY_S)
    assert source.closed
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_of_two_that_fail_at_once_one_is_told_and_none_is_lost() -> None:
    async def fail() -> None:
        source.set_result(None)  # the source fails while the beat does
        await asyncio.sleep(0)
        raise ValueError("the beat")

    async def failing() -> AsyncGenerator[int]:
        await source
        if source.done():
            raise KeyError("the source")
        yield 0

    source: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    with pytest.raises(ValueError, match="the beat"):
        await anext(beating(failing(), EVERY, fail))
    gc.collect()  # a failure that nobody has seen is told then, and is a warning


async def test_whoever_is_cancelled_leaves_nothing_waiting() -> None:
    source = Source(FOR_EVER_S)
    task = asyncio.create_task(gathered(source, Heart(), print))
    await asyncio.sleep(2 * EVERY.total_seconds())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PROMPTLY_S)
    assert source.closed
    assert asyncio.all_tasks() == {asyncio.current_task()}
