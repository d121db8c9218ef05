from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from bot.adapters.slack.client import open_session, web_client
from bot.domain.errors import BadCredentials, Unavailable
from bot.entrypoints.slack.socket import SocketTransport
from bot.sandbox.slack import cast
from bot.sandbox.slack.cloud import SlackCloud
from bot.sandbox.slack.faults import Fault, FaultKind

from .harness import PATIENCE, Bot, Setup, numbers, running

QUESTION = "org=mondoo-organization-1 since=2024-01-01"


def now() -> datetime:
    return datetime.now(UTC)


async def healthy(bot: Bot) -> None:
    """Return once the bot has heard from Slack on its connection."""
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while not bot.transport.healthy(now()):  # noqa: ASYNC110 — a ping's answer tells nobody
            await asyncio.sleep(0.01)


async def test_a_connection_that_answers_pings_is_healthy(bot: Bot) -> None:
    await healthy(bot)
    assert not bot.transport.healthy(now() + timedelta(seconds=60))
    await bot.transport.stop_taking()
    assert not bot.transport.healthy(now())


async def test_commands_are_answered_after_slack_has_renewed_the_connection(bot: Bot) -> None:
    for _ in range(2):
        await bot.slack.socket.disconnect("refresh_requested")
        await bot.until(lambda: any(not each.is_leaving for each in bot.slack.socket._connections))  # noqa: SLF001 — nobody else knows
        assert numbers(await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)) == list(range(1, 11))


async def test_an_answer_under_way_survives_the_end_of_its_connection(bot: Bot) -> None:
    bot.log.gate = asyncio.Event()
    assert (await bot.person(cast.OWNER).type(cast.GENERAL, f"/mondoo-audit {QUESTION}")).ok
    await bot.log.asked.wait()
    bot.slack.socket.drop()
    bot.log.gate.set()
    await bot.in_flight.settled()
    assert numbers(bot.seen(cast.GENERAL, cast.OWNER)[-1]) == list(range(1, 11))


async def test_a_connection_that_broke_is_replaced(bot: Bot) -> None:
    bot.slack.socket.drop()
    await bot.until(lambda: bot.slack.socket.count == 0)
    await bot.until(lambda: bot.slack.socket.count == 1)
    assert numbers(await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)) == list(range(1, 11))


async def test_a_token_that_slack_does_not_accept_stops_the_start_with_words(bot: Bot) -> None:
    with pytest.raises(BadCredentials, match=r"app-level token \(invalid_auth\)") as refusal:
        await SocketTransport(bot.app, "xapp-1-wrong").start()
    assert "xapp-1-wrong" not in str(refusal.value)


@pytest.mark.parametrize("kind", [FaultKind.STATUS, FaultKind.RESET])
async def test_a_slack_that_is_down_stops_the_start_with_words(bot: Bot, kind: FaultKind) -> None:
    bot.slack.faults.add(Fault("apps.connections.open", kind))
    with pytest.raises(Unavailable):
        await SocketTransport(bot.app, bot.slack.credentials.app_token).start()


async def test_no_ticket_for_a_connection_is_logged(slack: SlackCloud, caplog: pytest.LogCaptureFixture) -> None:
    async with running(slack, Setup()) as bot:
        assert isinstance(bot.transport, SocketTransport)
        with caplog.at_level(logging.DEBUG):
            logging.getLogger("bot.slack.socket").error("wss://x.example/link/?ticket=abc-1&app_id=77 is gone")
            await bot.ask(cast.OWNER, cast.GENERAL, QUESTION)
    assert "abc-1" not in caplog.text
    assert "response_url" not in caplog.text


async def test_closing_twice_and_before_the_start_is_harmless(bot: Bot) -> None:
    await bot.transport.close()
    await bot.transport.close()
    await SocketTransport(bot.app, "xapp-1").close()


async def test_an_address_that_does_not_answer_is_given_up_for_a_new_one(slack: SlackCloud) -> None:
    asked = asyncio.Event()

    async def stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    mute = await asyncio.start_server(stay_silent, "127.0.0.1", 0)
    link = slack.environment["SLACK_API_URL"].replace("http", "ws").replace("/api/", "/link/")
    addresses = [f"ws://127.0.0.1:{mute.sockets[0].getsockname()[1]}/", f"{link}?ticket={slack.socket.issue_ticket()}"]

    async def open_connection(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": addresses.pop(0)})

    application = web.Application()
    application.router.add_post("/api/apps.connections.open", open_connection)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    async with open_session(url) as session:
        app = AsyncApp(client=web_client("xoxb-1", session, url), signing_secret="x")
        transport = SocketTransport(app, "xapp-1", connect_within=timedelta(milliseconds=300))
        await transport.start()
        assert asked.is_set()
        assert slack.socket.count == 1
        await transport.close()
    mute.close()
    await runner.cleanup()
