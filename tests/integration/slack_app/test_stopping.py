from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.sandbox.slack import cast
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.faults import Fault, FaultKind

from .fakes import FakeAuditLog
from .harness import Bot, Setup, numbers, read, running

QUESTION = "org=mondoo-organization-1 since=2024-01-01"


async def begin(bot: Bot) -> None:
    """Ask something that the log does not answer for now."""
    bot.log.gate = asyncio.Event()
    assert (await bot.person(cast.OWNER).type(cast.GENERAL, f"/mondoo-audit {QUESTION}")).ok
    await bot.log.asked.wait()


async def test_what_is_running_is_finished_at_the_end(slack: SlackCloud, transport: str) -> None:
    async with running(slack, Setup(transport=transport)) as bot:
        await begin(bot)
        await bot.transport.stop_taking()
        draining = asyncio.create_task(bot.in_flight.drain(timedelta(seconds=8)))
        assert bot.log.gate is not None
        bot.log.gate.set()
        assert await draining == 0
        assert numbers(bot.seen(cast.GENERAL, cast.OWNER)[-1]) == list(range(1, 11))


async def test_who_cannot_be_answered_in_time_is_told_what_to_ask_again(slack: SlackCloud, transport: str) -> None:
    async with running(slack, Setup(transport=transport)) as bot:
        await begin(bot)
        await bot.transport.stop_taking()
        assert await bot.in_flight.drain(timedelta(seconds=2)) == 1
        (message,) = bot.seen(cast.GENERAL, cast.OWNER)
        assert "The bot is restarting." in read(message)
        assert f"/mondoo-audit {QUESTION}" in read(message)


async def test_who_pages_keeps_the_page_and_is_told_to_press_again(slack: SlackCloud) -> None:
    async with running(slack, Setup()) as bot:
        page = await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    async with running(slack, Setup(log=FakeAuditLog(gate=asyncio.Event()))) as bot:
        await bot.person(cast.OWNER).click(page, "audit.page.older")
        await bot.log.asked.wait()
        assert await bot.in_flight.drain(timedelta(seconds=2)) == 1
        kept, told = bot.seen(cast.GENERAL, cast.OWNER)
        assert numbers(kept) == numbers(page)
        assert "press the button again" in read(told)


async def test_an_end_that_was_wished_for_is_no_news(slack: SlackCloud, caplog: pytest.LogCaptureFixture) -> None:
    async with running(slack, Setup()):
        caplog.clear()
    assert "abandoned" not in caplog.text


async def test_the_end_is_not_put_off_by_a_slack_that_does_not_answer(slack: SlackCloud) -> None:
    async with running(slack, Setup()) as bot:
        await begin(bot)
        slack.faults.add(Fault("response_url", FaultKind.HANG, times=None))
        async with asyncio.timeout(6):
            assert await bot.in_flight.drain(timedelta(seconds=3)) == 1
        slack.faults.clear()


async def test_a_command_that_arrives_while_the_bot_ends_is_not_taken_on(bot: Bot) -> None:
    await bot.in_flight.drain(timedelta(seconds=2))
    assert (await bot.person(cast.OWNER).type(cast.GENERAL, f"/mondoo-audit {QUESTION}")).ok
    assert bot.seen(cast.GENERAL, cast.OWNER)[-1].text == "The bot is restarting. Please ask again in a minute."
    assert bot.log.readings == 0
