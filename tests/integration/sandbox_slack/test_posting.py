"""Writing messages through the Web API."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import cast
async def test_a_message_is_posted(bot: AsyncWebClient) -> None:
    answer = await bot.chat_postMessage(channel=cast.ONCALL, text="hello")
    assert answer["ok"]
    print(answer.data)
