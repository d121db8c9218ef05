from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.access import UserId
from bot.domain.errors import Unavailable
from bot.entrypoints.slack.line import Bounds, Line

ANN, BEN = UserId("U1"), UserId("U2")


def test_there_is_room_until_all_places_are_taken() -> None:
    line = Line(Bounds(room=2, each=2))
    with line.place(ANN):
        assert line.has_room(BEN)
        with line.place(BEN):
            assert not line.has_room(ANN)
        assert line.has_room(ANN)


def test_one_person_does_not_keep_the_others_out() -> None:
    line = Line(Bounds(room=3, each=2))
    with line.place(ANN), line.place(ANN):
        assert not line.has_room(ANN)
        assert line.has_room(BEN)


async def test_turns_come_in_the_order_of_asking() -> None:
    line, order = Line(Bounds(at_once=1)), []

    async def ask(number: int) -> None:
        async with line.turn():
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*map(ask, range(5)))
    assert order == [0, 1, 2, 3, 4]


async def test_who_waits_too_long_for_a_turn_is_told() -> None:
    line = Line(Bounds(at_once=1, within=timedelta(milliseconds=1)))
    async with line.turn():
        with pytest.raises(Unavailable, match="Too many questions wait for Mondoo"):
            async with line.turn():
                pytest.fail("there was none")
    async with line.turn():
        pass


async def test_answers_begin_one_after_the_other() -> None:
    line, loop, began = Line(Bounds(apart=timedelta(milliseconds=5))), asyncio.get_running_loop(), []

    async def begin() -> None:
        await line.begin()
        began.append(loop.time())

    start = loop.time()
    await asyncio.gather(*(begin() for _ in range(4)))
    resolution = 0.001  # of the event loop's own clock
    assert began[-1] - start >= 0.015 - resolution
