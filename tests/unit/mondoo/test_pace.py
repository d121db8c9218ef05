"""As many requests run at once as the server bears: more while all goes well, half as many where it is strained."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.adapters.mondoo.pace import ENOUGH, FIRST, MOST, Pace
from bot.adapters.mondoo.pages import Page
from bot.domain.errors import RateLimited

PAGE = Page([], [], 0, None, more=False)


class Server:
    """A server whose answers wait until they are let go, on a clock that only ``answer`` moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: list[asyncio.Future[Page]] = []
        self.pace = Pace(elapsed=lambda: self.now)
        self.tasks: list[asyncio.Task[Page]] = []

    async def page(self) -> Page:
        answer: asyncio.Future[Page] = asyncio.get_running_loop().create_future()
        self.waiting.append(answer)
        return await answer

    async def ask(self, times: int) -> None:
        self.tasks += [asyncio.create_task(self.pace.keep(self.page)) for _ in range(times)]
        await settled()

    async def answer(self, took_s: float, page: Page | Exception = PAGE) -> int:
        """Answer all requests that are under way, and tell how many those were."""
        self.now += took_s
        answered, self.waiting = [each for each in self.waiting if not each.done()], []
        for each in answered:
            if isinstance(page, Page):
                each.set_result(page)
            else:
                each.set_exception(page)
        await settled()
        return len(answered)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_eight_run_at_once_to_begin_with_and_one_more_for_each_that_goes_well() -> None:
    server = Server()
    await server.ask(200)
    assert [await server.answer(0.05) for _ in range(4)] == [FIRST, MOST, MOST, MOST]


async def test_once_the_server_was_strained_one_more_is_tried_each_round() -> None:
    server = Server()
    await server.ask(400)
    await server.answer(0.05)
    await server.answer(0.05, replace(PAGE, strained=True))
    rounds = [await server.answer(0.05) for _ in range(12)]
    assert rounds[0] == MOST / 2
    assert all(later - earlier in {0, 1} for earlier, later in pairwise(rounds))
    assert rounds[-1] == MOST


async def test_one_that_never_waits_its_turn_is_no_reason_for_more() -> None:
    server = Server()
    for _ in range(50):
        await server.ask(1)
        await server.answer(0.05)
    assert server.pace.limit == FIRST


@pytest.mark.parametrize(
    ("took_s", "page"),
    [
        pytest.param(0.05, replace(PAGE, strained=True), id="asked-for-fewer"),
        pytest.param(0.05, RateLimited("Mondoo answered 429"), id="refused"),
        pytest.param(0.5, PAGE, id="slow"),
    ],
)
async def test_a_strained_server_gets_half_as_many_and_at_least_one(took_s: float, page: Page | Exception) -> None:
    server = Server()
    await server.ask(60)
    await server.answer(0.05)
    before = server.pace.limit
    sizes = []
    for _ in range(5):
        await server.answer(took_s, page)
        sizes.append(server.pace.limit)
    assert sizes == [before // 2, before // 4, before // 8 or 1, 1, 1]
    await server.answer(0.05)
    await asyncio.gather(*server.tasks[:1])
    for task in server.tasks:
        task.cancel()
    await asyncio.gather(*server.tasks, return_exceptions=True)


async def test_slowness_that_nobody_would_notice_is_none() -> None:
    server = Server()
    await server.ask(40)
    await server.answer(0.001)
    await server.answer(0.1)
    assert server.pace.limit == ENOUGH


async def test_a_server_that_answers_at_once_is_asked_by_few() -> None:
    server = Server()
    await server.ask(40)
    rounds = [await server.answer(0.001) for _ in range(4)]
    assert rounds == [FIRST, ENOUGH, ENOUGH, ENOUGH]


async def test_slow_answers_among_quick_ones_are_accidents() -> None:
    server = Server()
    for _ in range(3 * FIRST):
        await server.ask(1)
        await server.answer(0.05)
        await server.ask(1)
        await server.answer(0.5)
    assert server.pace.limit == FIRST


async def test_where_most_pages_follow_it_is_soonest_the_turn() -> None:
    server, begun = Server(), []

    async def ask(following: float) -> Page:
        begun.append(following)
        return await server.page()

    async def keep(following: float) -> Page:
        return await server.pace.keep(lambda: ask(following), following=following)

    await server.ask(FIRST)
    kept = [asyncio.create_task(keep(following)) for following in (2, 5, 1, 5, 7)]
    await settled()
    await server.answer(0.05)
    await server.answer(0.05)
    await asyncio.gather(*kept)
    assert begun == [7, 5, 5, 2, 1]


async def test_whoever_stops_waiting_takes_nobodys_turn() -> None:
    server = Server()
    await server.ask(FIRST + 3)
    for task in server.tasks[FIRST - 1 : FIRST + 2]:
        task.cancel()
    await settled()
    assert await server.answer(0.05) == FIRST
    assert await asyncio.gather(*server.tasks[: FIRST - 1], server.tasks[-1]) == [PAGE] * FIRST
