"""How much the sandbox bears."""

from __future__ import annotations

import asyncio

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import cast

from .harness import Running

COMMANDS = 600


async def test_hundreds_of_commands_at_once_are_all_acknowledged_in_time(slack: Running, bot: AsyncWebClient) -> None:
    client = SocketModeClient(app_token=slack.cloud.credentials.app_token, web_client=bot)

    async def acknowledge(socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "reading…"}))

    client.socket_mode_request_listeners.append(acknowledge)
    await client.connect()  # type: ignore[no-untyped-call]
    mei = slack.cloud.person(cast.MEMBER)
    outcomes = await asyncio.gather(*(mei.type(cast.ONCALL, f"/mondoo-audit {n}") for n in range(COMMANDS)))
    await client.close()  # type: ignore[no-untyped-call]
    assert all(outcome.ok for outcome in outcomes)
    answers = slack.cloud.workspace.messages(cast.ONCALL, cast.MEMBER)
    assert len({answer.ts for answer in answers}) == COMMANDS
