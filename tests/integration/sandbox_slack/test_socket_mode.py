"""Socket Mode below the SDK: tickets, greetings, limits, refreshes and breakage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackCloud, Transport, cast
from bot.sandbox.slack.ledger import EntryKind

from .harness import PATIENCE, Running, connected, running, until


@pytest.fixture
async def wire() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def address(slack: Running, bot: AsyncWebClient) -> str:
    """Gives the address of a WebSocket, good for one connection."""
    answer = await bot.apps_connections_open(app_token=slack.cloud.credentials.app_token)
    return str(answer["url"])


async def test_a_connection_is_greeted(slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession) -> None:
    async with wire.ws_connect(await address(slack, bot)) as socket:
        hello = await socket.receive_json()
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": cast.APP}
    assert hello["debug_info"]["approximate_connection_time"] > 0


async def test_a_ticket_opens_one_connection(slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession) -> None:
    url = await address(slack, bot)
    async with wire.ws_connect(url) as socket:
        await socket.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await wire.ws_connect(url)
    assert refused.value.status == 403


async def test_the_manifest_must_enable_it(manifest: dict[str, Any]) -> None:
    manifest["settings"]["socket_mode_enabled"] = False
    async with running(manifest) as slack:
        bot = AsyncWebClient(base_url=f"{slack.url}/api/", retry_handlers=[])
        with pytest.raises(SlackApiError, match="forbidden_team"):
            await address(slack, bot)


async def test_ten_connections_are_allowed_and_share_the_payloads(
    slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession
) -> None:
    sockets = [await wire.ws_connect(await address(slack, bot)) for _ in range(10)]
    for socket in sockets:
        await socket.receive_json()
    async with wire.ws_connect(await address(slack, bot)) as eleventh:
        assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
        assert (await eleventh.receive()).type is aiohttp.WSMsgType.CLOSE

    received = [0] * len(sockets)

    async def acknowledge(index: int) -> None:
        async for message in sockets[index]:
            envelope = message.json()
            received[index] += 1
            await sockets[index].send_json({"envelope_id": envelope["envelope_id"]})

    workers = [asyncio.create_task(acknowledge(index)) for index in range(len(sockets))]
    mei = slack.cloud.person(cast.MEMBER)
    outcomes = [await mei.type(cast.ONCALL, "/mondoo-audit") for _ in range(40)]
    for socket in sockets:
        await socket.close()
    await asyncio.gather(*workers)
    assert all(outcome.ok for outcome in outcomes)
    assert sum(received) == 40
    assert sum(count > 0 for count in received) > 3


async def test_the_sdks_own_client_acknowledges(slack: Running, bot: AsyncWebClient) -> None:
    client = SocketModeClient(app_token=slack.cloud.credentials.app_token, web_client=bot)

    async def answer(socket: Any, request: SocketModeRequest) -> None:  # noqa: ANN401 — the SDK's own hint
        response = SocketModeResponse(request.envelope_id, {"text": f"heard {request.payload['text']}"})
        await socket.send_socket_mode_response(response)

    client.socket_mode_request_listeners.append(answer)
    await client.connect()  # type: ignore[no-untyped-call]
    outcome = await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit x")
    await client.close()  # type: ignore[no-untyped-call]
    assert outcome.ok
    assert [seen.text for seen in slack.cloud.workspace.messages(cast.ONCALL, cast.MEMBER)] == ["heard x"]


async def test_an_answer_is_heard_only_if_it_was_asked_for(
    slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession
) -> None:
    mei = slack.cloud.person(cast.MEMBER)
    async with wire.ws_connect(await address(slack, bot)) as socket:
        await socket.receive_json()
        doing = asyncio.create_task(mei.shortcut("search"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("interactive", False)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "x"}})
        assert (await doing).ok
    (outcome,) = slack.cloud.workspace.ledger.entries(EntryKind.OUTCOME)
    assert outcome.facts["answer"] is None


async def test_a_late_or_strange_acknowledgement_is_written_down_and_ignored(
    slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession
) -> None:
    slack.cloud.settings.ack_deadline_s = 0.05
    ledger = slack.cloud.workspace.ledger
    async with wire.ws_connect(await address(slack, bot)) as socket:
        await socket.receive_json()
        outcome = await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
        assert outcome.error == "operation_timeout"
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await socket.send_str("not json")
        await socket.send_json([1])
        assert await ledger.until(lambda: len(ledger.entries(EntryKind.UNKNOWN_ACK)) == 3, PATIENCE)


async def test_acknowledgements_can_be_lost_on_purpose(slack: Running, app: AsyncApp) -> None:
    @app.command("/mondoo-audit")
    async def command(ack: AsyncAck) -> None:
        await ack()

    slack.cloud.settings.change({"loses_acks": True, "ack_deadline_s": 0.2})
    async with connected(slack, app, Transport.SOCKET):
        outcome = await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
    assert outcome.error == "operation_timeout"


async def test_a_warning_ends_nothing_and_a_refresh_ends_the_connection_after_its_grace(
    slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession
) -> None:
    slack.cloud.settings.refresh_grace_s = 0.05
    async with wire.ws_connect(await address(slack, bot)) as socket:
        await socket.receive_json()
        await slack.cloud.socket.disconnect("warning")
        assert await socket.receive_json() == {
            "type": "disconnect",
            "reason": "warning",
            "debug_info": {"host": "applink-sandbox-0"},
        }
        await slack.cloud.socket.disconnect("refresh_requested")
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        assert (await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")).error == "dispatch_failed"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    await until(slack, lambda: slack.cloud.socket.count == 0)


async def test_connections_are_refreshed_by_themselves(
    slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession
) -> None:
    slack.cloud.settings.change({"refresh_after_s": 0.05, "refresh_grace_s": 0.05})
    async with wire.ws_connect(await address(slack, bot)) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_bolt_comes_back_after_a_refresh(slack: Running, app: AsyncApp) -> None:
    @app.command("/mondoo-audit")
    async def command(ack: AsyncAck) -> None:
        await ack()

    ledger = slack.cloud.workspace.ledger
    async with connected(slack, app, Transport.SOCKET):
        await slack.cloud.socket.disconnect("refresh_requested")
        assert await ledger.until(lambda: len(ledger.entries(EntryKind.CONNECTION, event="opened")) == 2, PATIENCE)
        assert (await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")).ok


async def test_a_broken_connection_is_gone_without_a_closing_handshake(
    slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession
) -> None:
    async with wire.ws_connect(await address(slack, bot)) as socket:
        await socket.receive_json()
        slack.cloud.socket.drop()
        ended = await socket.receive()
        assert ended.type in {aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSED}
        assert socket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE
    await until(slack, lambda: slack.cloud.socket.count == 0)


async def test_a_connection_may_go_ungreeted(slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession) -> None:
    slack.cloud.settings.sends_hello = False
    async with wire.ws_connect(await address(slack, bot)) as socket:
        doing = asyncio.create_task(slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit"))
        envelope = await socket.receive_json()
        assert envelope["type"] == "slash_commands"
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await doing).ok


async def test_events_are_sent_again_until_they_are_acknowledged(
    slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession
) -> None:
    slack.cloud.settings.change({"ack_deadline_s": 0.05, "event_retry_delays_s": [0, 0, 0]})
    async with wire.ws_connect(await address(slack, bot)) as socket:
        await socket.receive_json()
        await slack.cloud.person(cast.OWNER).type(cast.OWNER_DM, "hello")
        first, second = await socket.receive_json(), await socket.receive_json()
        await socket.send_json({"envelope_id": second["envelope_id"]})
        ledger = slack.cloud.workspace.ledger
        assert await ledger.until(lambda: len(ledger.entries(EntryKind.OUTCOME)) == 2, PATIENCE)
    assert [(one["retry_attempt"], one["retry_reason"]) for one in (first, second)] == [(0, ""), (1, "timeout")]
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]
    assert len(slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY)) == 2


async def test_a_silent_connection_is_closed(manifest: dict[str, Any], wire: aiohttp.ClientSession) -> None:
    async with running(manifest, ws_ping_interval=0.05, ws_ping_timeout=0.05) as slack:
        bot = AsyncWebClient(base_url=f"{slack.url}/api/", retry_handlers=[])
        async with wire.ws_connect(await address(slack, bot), autoping=False) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            assert (await socket.receive()).type is aiohttp.WSMsgType.PING
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        await until(slack, lambda: slack.cloud.socket.count == 0)


async def test_closing_ends_every_connection(slack: Running, bot: AsyncWebClient, wire: aiohttp.ClientSession) -> None:
    cloud: SlackCloud = slack.cloud
    async with wire.ws_connect(await address(slack, bot)) as socket:
        await socket.receive_json()
        await cloud.aclose()
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
