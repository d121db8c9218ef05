"""Faults on purpose: what the caller meets, and what took effect all the same."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import cast
from bot.sandbox.slack.faults import Fault, FaultKind
from bot.sandbox.slack.ledger import EntryKind
from bot.sandbox.slack.wire import UnbreakableError, abort

from .harness import PATIENCE, Running, SteppedTime, running


def posts(slack: Running) -> int:
    """Gives how many messages were posted."""
    return len(slack.cloud.workspace.ledger.entries(EntryKind.POST))


async def test_a_call_is_rate_limited(slack: Running, bot: AsyncWebClient) -> None:
    slack.cloud.faults.add(Fault("chat.postMessage", FaultKind.RATE_LIMITED, seconds=7))
    with pytest.raises(SlackApiError) as refused:
        await bot.chat_postMessage(channel=cast.ONCALL, text="x")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "7"
    assert posts(slack) == 0
    assert (await bot.chat_postMessage(channel=cast.ONCALL, text="x"))["ok"]


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("is_accepted", [False, True], ids=["lost", "accepted"])
async def test_a_server_error_may_hide_an_effect(
    slack: Running,
    http: httpx.AsyncClient,
    status: int,
    is_accepted: bool,  # noqa: FBT001 — a parameter
) -> None:
    slack.cloud.faults.add(Fault("chat.postMessage", FaultKind.STATUS, is_accepted=is_accepted, status=status))
    answer = await http.post(
        f"{slack.url}/api/chat.postMessage",
        headers={"Authorization": f"Bearer {slack.cloud.credentials.bot_token}"},
        json={"channel": cast.ONCALL, "text": "x"},
    )
    assert answer.status_code == status
    assert posts(slack) == int(is_accepted)


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "token_revoked"])
async def test_an_error_comes_with_status_200(slack: Running, bot: AsyncWebClient, error: str) -> None:
    slack.cloud.faults.add(Fault("auth.test", FaultKind.ERROR, error=error))
    with pytest.raises(SlackApiError) as refused:
        await bot.auth_test()
    assert refused.value.response.data == {"ok": False, "error": error}
    assert refused.value.response.status_code == 200


@pytest.mark.parametrize("is_accepted", [False, True], ids=["lost", "accepted"])
async def test_a_connection_is_reset_without_an_answer(
    slack: Running,
    bot: AsyncWebClient,
    is_accepted: bool,  # noqa: FBT001 — a parameter
) -> None:
    slack.cloud.faults.add(Fault("chat.postMessage", FaultKind.RESET, is_accepted=is_accepted))
    with pytest.raises(aiohttp.ClientConnectionError):
        await bot.chat_postMessage(channel=cast.ONCALL, text="x")
    assert posts(slack) == int(is_accepted)


async def test_an_sdk_that_retries_lost_connections_posts_twice(slack: Running, bot: AsyncWebClient) -> None:
    bot.retry_handlers.append(AsyncConnectionErrorRetryHandler())
    slack.cloud.faults.add(Fault("chat.postMessage", FaultKind.RESET, is_accepted=True))
    await bot.chat_postMessage(channel=cast.ONCALL, text="x")
    assert posts(slack) == 2


async def test_an_accepted_post_is_never_answered(slack: Running, bot: AsyncWebClient) -> None:
    slack.cloud.faults.add(Fault("chat.postMessage", FaultKind.HANG, is_accepted=True))
    ledger = slack.cloud.workspace.ledger
    posting = asyncio.create_task(bot.chat_postMessage(channel=cast.ONCALL, text="x"))
    assert await ledger.until(lambda: posts(slack) == 1, PATIENCE)
    assert not posting.done()
    posting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await posting


async def test_closing_lets_hanging_requests_go(manifest: dict[str, Any], time: SteppedTime) -> None:
    async with running(manifest, time) as slack, httpx.AsyncClient(trust_env=False) as http:
        slack.cloud.faults.add(Fault("*", FaultKind.HANG))
        hanging = asyncio.create_task(http.get(f"{slack.url}/api/api.test"))
        assert await slack.cloud.workspace.ledger.until(
            lambda: bool(slack.cloud.workspace.ledger.entries(EntryKind.API_CALL)), PATIENCE
        )
        await slack.cloud.aclose()
        assert (await hanging).content == b""


async def test_an_answer_may_come_late(slack: Running, bot: AsyncWebClient) -> None:
    slack.cloud.faults.add(Fault("chat.postMessage", FaultKind.DELAY, seconds=0.05))
    loop = asyncio.get_running_loop()
    before = loop.time()
    await bot.chat_postMessage(channel=cast.ONCALL, text="x")
    assert loop.time() - before >= 0.05


async def test_a_call_may_take_effect_after_the_caller_has_given_up(slack: Running, bot: AsyncWebClient) -> None:
    slack.cloud.faults.add(Fault("chat.postMessage", FaultKind.LATE, seconds=0.2))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bot.chat_postMessage(channel=cast.ONCALL, text="x")
    assert posts(slack) == 0
    assert await slack.cloud.workspace.ledger.until(lambda: posts(slack) == 1, PATIENCE)


async def test_closing_ends_what_is_late_on_purpose(manifest: dict[str, Any], time: SteppedTime) -> None:
    async with running(manifest, time) as slack, httpx.AsyncClient(trust_env=False) as http:
        slack.cloud.faults.add(Fault("*", FaultKind.LATE, seconds=3600))
        waiting = asyncio.create_task(http.get(f"{slack.url}/api/api.test"))
        ledger = slack.cloud.workspace.ledger
        assert await ledger.until(lambda: bool(ledger.entries(EntryKind.API_CALL)), PATIENCE)
        await slack.cloud.aclose()
        assert (await waiting).json()["ok"]


async def test_faults_skip_count_and_end(slack: Running, bot: AsyncWebClient) -> None:
    slack.cloud.faults.add(Fault("users.info", FaultKind.ERROR, times=2, skip=1))
    outcomes = []
    for _ in range(5):
        try:
            await bot.users_info(user=cast.OWNER)
            outcomes.append("ok")
        except SlackApiError as error:
            outcomes.append(error.response["error"])
    assert outcomes == ["ok", "internal_error", "internal_error", "ok", "ok"]


async def test_a_fault_without_a_count_lasts_until_it_is_cleared(slack: Running, bot: AsyncWebClient) -> None:
    slack.cloud.faults.add(Fault("*", FaultKind.ERROR, times=None))
    for _ in range(3):
        with pytest.raises(SlackApiError):
            await bot.auth_test()
    slack.cloud.faults.clear()
    assert (await bot.auth_test())["ok"]


async def test_response_urls_and_uploads_fail_too(slack: Running, bot: AsyncWebClient, http: httpx.AsyncClient) -> None:
    await slack.cloud.person(cast.MEMBER).type(cast.ONCALL, "/mondoo-audit")
    (delivery,) = slack.cloud.workspace.ledger.entries(EntryKind.DELIVERY)
    url = delivery.facts["payload"]["response_url"]
    slack.cloud.faults.add(Fault("response_url", FaultKind.STATUS, status=500))
    assert (await http.post(url, json={"text": "x"})).status_code == 500
    assert (await http.post(url, json={"text": "x"})).status_code == 200
    slack.cloud.faults.add(Fault("upload", FaultKind.STATUS, status=502))
    promised = await bot.files_getUploadURLExternal(filename="a", length=1)
    assert (await http.post(promised["upload_url"], content=b"x")).status_code == 502


async def test_what_was_called_is_written_down_whatever_came_of_it(slack: Running, bot: AsyncWebClient) -> None:
    slack.cloud.faults.add(Fault("chat.postMessage", FaultKind.STATUS))
    with pytest.raises(SlackApiError):
        await bot.chat_postMessage(channel=cast.ONCALL, text="x")
    (call,) = slack.cloud.workspace.ledger.entries(EntryKind.API_CALL)
    assert call.facts["args"] == {"channel": cast.ONCALL, "text": "x"}
    assert slack.cloud.workspace.ledger.entries(EntryKind.API_ANSWER) == []


async def test_a_server_that_hides_its_connections_is_told_so() -> None:
    async def receive() -> dict[str, object]:
        return {}

    with pytest.raises(UnbreakableError):
        abort(receive)
