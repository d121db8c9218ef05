"""Tokens, scopes, rates, and methods that do not exist."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import cast

from .harness import Running, SteppedTime, running


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ({}, {}, "not_authed"),
        ({"Authorization": "Basic eA=="}, {}, "not_authed"),
        ({"Authorization": "Bearer xoxb-wrong"}, {}, "invalid_auth"),
        ({}, {"token": "xoxb-wrong"}, "invalid_auth"),
    ],
)
async def test_a_call_without_the_right_token_is_refused(
    slack: Running, http: httpx.AsyncClient, headers: dict[str, str], body: dict[str, str], error: str
) -> None:
    answer = await http.post(f"{slack.url}/api/auth.test", headers=headers, data=body)
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": error})


async def test_the_token_may_come_as_an_argument(slack: Running, http: httpx.AsyncClient) -> None:
    token = slack.cloud.credentials.bot_token
    as_form = await http.post(f"{slack.url}/api/auth.test", data={"token": token})
    as_query = await http.get(f"{slack.url}/api/auth.test", params={"token": token})
    assert as_form.json()["user_id"] == as_query.json()["user_id"] == cast.BOT_USER


async def test_each_method_wants_its_own_kind_of_token(slack: Running, bot: AsyncWebClient) -> None:
    credentials = slack.cloud.credentials
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await bot.apps_connections_open(app_token=credentials.bot_token)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await bot.auth_test(token=credentials.app_token)


async def test_a_method_that_does_not_exist_is_unknown(bot: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await bot.api_call("chat.shout", json={})
    assert refused.value.response.data == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


async def test_the_retired_upload_is_deprecated(bot: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="method_deprecated"):
        await bot.api_call("files.upload", data={"content": "x"})


async def test_a_body_that_is_not_json_is_refused(slack: Running, http: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {slack.cloud.credentials.bot_token}", "Content-Type": "application/json"}
    for body, error in (("{", "invalid_json"), ("[]", "json_not_object")):
        answer = await http.post(f"{slack.url}/api/auth.test", headers=headers, content=body)
        assert answer.json()["error"] == error


SCOPED: list[tuple[str, dict[str, str], str]] = [
    ("chat.postMessage", {"channel": cast.ONCALL, "text": "x"}, "chat:write"),
    ("chat.postEphemeral", {"channel": cast.ONCALL, "user": cast.OWNER, "text": "x"}, "chat:write"),
    ("conversations.info", {"channel": cast.ONCALL}, "channels:read"),
    ("conversations.info", {"channel": cast.PRIVATE}, "groups:read"),
    ("conversations.info", {"channel": cast.OWNER_DM}, "im:read"),
    ("conversations.list", {}, "channels:read"),
    ("conversations.list", {"types": "private_channel"}, "groups:read"),
    ("conversations.members", {"channel": cast.ONCALL}, "channels:read"),
    ("conversations.history", {"channel": cast.ONCALL}, "channels:history"),
    ("conversations.history", {"channel": cast.PRIVATE}, "groups:history"),
    ("conversations.replies", {"channel": cast.ONCALL, "ts": "1.0"}, "channels:history"),
    ("conversations.open", {"users": cast.OWNER}, "im:write"),
    ("users.info", {"user": cast.OWNER}, "users:read"),
    ("users.list", {}, "users:read"),
    ("usergroups.list", {}, "usergroups:read"),
    ("usergroups.users.list", {"usergroup": cast.ONCALL_GROUP}, "usergroups:read"),
    ("files.getUploadURLExternal", {"filename": "x", "length": "1"}, "files:write"),
    ("files.completeUploadExternal", {"files": "[]"}, "files:write"),
    ("files.info", {"file": "F0"}, "files:read"),
]


async def test_a_method_without_its_scope_is_refused(manifest: dict[str, Any]) -> None:
    for method, arguments, scope in SCOPED:
        scopes = manifest["oauth_config"]["scopes"]["bot"]
        manifest["oauth_config"]["scopes"]["bot"] = [held for held in scopes if held != scope]
        async with running(manifest) as slack:
            bot = AsyncWebClient(slack.cloud.credentials.bot_token, f"{slack.url}/api/", retry_handlers=[])
            with pytest.raises(SlackApiError) as refused:
                await bot.api_call(method, params=arguments)
        body = refused.value.response
        assert body["error"] == "missing_scope", method
        assert scope in body["needed"].split(","), method
        assert scope not in body["provided"].split(","), method
        manifest["oauth_config"]["scopes"]["bot"] = scopes


async def test_one_message_a_second_may_be_posted_to_a_channel_with_short_bursts(
    slack: Running, bot: AsyncWebClient, time: SteppedTime
) -> None:
    for _ in range(5):
        await bot.chat_postMessage(channel=cast.ONCALL, text="x")
    with pytest.raises(SlackApiError) as refused:
        await bot.chat_postMessage(channel=cast.ONCALL, text="x")
    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "1"
    assert (await bot.chat_postMessage(channel=cast.GENERAL, text="x"))["ok"]
    time.step(seconds=1)
    assert (await bot.chat_postMessage(channel=cast.ONCALL, text="x"))["ok"]
    slack.cloud.settings.rate_factor = 0
    for _ in range(20):
        await bot.chat_postMessage(channel=cast.ONCALL, text="x")


async def test_methods_of_a_low_tier_run_dry(bot: AsyncWebClient, time: SteppedTime) -> None:
    for _ in range(20):
        await bot.users_list()
    with pytest.raises(SlackApiError) as refused:
        await bot.users_list()
    assert refused.value.response.headers["Retry-After"] == "3"
    time.step(seconds=3)
    assert (await bot.users_list())["ok"]


async def test_api_test_says_what_it_heard(bot: AsyncWebClient) -> None:
    assert (await bot.api_test(foo="bar"))["args"] == {"foo": "bar"}
    with pytest.raises(SlackApiError, match="my_error"):
        await bot.api_test(error="my_error")


async def test_the_answer_names_the_scopes(slack: Running, bot: AsyncWebClient) -> None:
    answer = await bot.auth_test()
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert (answer["team_id"], answer["bot_id"]) == (cast.TEAM, cast.BOT)
