"""Sources read side by side give their items in order, hold a bounded number, and leave nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from bot.adapters.mondoo.lanes import side_by_side


class Sources:
    """Numbered sources of numbered items, which remember what was begun, read and closed."""

    def __init__(self, count: int, items: int, failing: int | None = None) -> None:
        self.count, self.items, self.failing = count, items, failing
        self.begun: list[int] = []
        self.closed: list[int] = []
        self.read = 0

    async def all(self) -> AsyncGenerator[AsyncGenerator[tuple[int, int]]]:
        for number in range(self.count):
            yield self.one(number)

    async def one(self, number: int) -> AsyncGenerator[tuple[int, int]]:
        self.begun.append(number)
        try:
            for item in range(self.items):
                for _ in range((number * 5 + item) % 4):
                    await asyncio.sleep(0)
                if number == self.failing and item == 1:
                    raise LookupError(number)
                self.read += 1
                yield number, item
        finally:
            self.closed.append(number)


async def test_items_come_in_the_order_of_their_sources() -> None:
    sources = Sources(20, 6)
    async with aclosing(side_by_side(sources.all(), abreast=4, ahead=3)) as items:
        assert [item async for item in items] == [(n, item) for n in range(20) for item in range(6)]
    assert sorted(sources.closed) == list(range(20))


async def test_what_is_read_ahead_is_bounded() -> None:
    sources = Sources(50, 50)
    async with aclosing(side_by_side(sources.all(), abreast=4, ahead=3)) as items:
        await anext(items)
        for _ in range(1000):
            await asyncio.sleep(0)
        assert len(sources.begun) == 4
        assert sources.read <= 4 * 4
    assert sorted(sources.closed) == sorted(sources.begun)
    assert len(asyncio.all_tasks()) == 1


async def test_a_failure_comes_after_what_lies_before_it_and_ends_what_lies_behind() -> None:
    sources = Sources(50, 30, failing=3)
    got = []

    async def take() -> None:
        async with aclosing(side_by_side(sources.all(), abreast=8, ahead=30)) as items:
            async for item in items:
                got.append(item)
                for _ in range(10):
                    await asyncio.sleep(0)

    with pytest.raises(LookupError):
        await take()
    assert got == [(n, item) for n in range(3) for item in range(30)] + [(3, 0)]
    assert max(sources.begun) <= 10
    assert sorted(sources.closed) == sorted(sources.begun)
    assert len(asyncio.all_tasks()) == 1


async def test_no_sources_give_no_items() -> None:
    async with aclosing(side_by_side(Sources(0, 0).all(), abreast=2, ahead=2)) as items:
        assert [item async for item in items] == []
