"""A running sandbox Slack, and real clients of Slack's SDK pointed at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import aiohttp
import httpx
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackCloud, Transport

from .harness import MANIFEST, Running, Stage, SteppedTime, bolt_app, running


@pytest.fixture
def time() -> SteppedTime:
    return SteppedTime()


@pytest.fixture
def manifest() -> dict[str, Any]:
    """A manifest of one's own, to take things out of."""
    return deepcopy(MANIFEST)


@pytest.fixture(params=list(Transport), ids=str)
def transport(request: pytest.FixtureRequest) -> Transport:
    """Every way to the app in turn."""
    way: Transport = request.param
    return way


@pytest.fixture
async def cloud(time: SteppedTime) -> AsyncIterator[SlackCloud]:
    """A workspace that nobody can reach over the network, for what needs no app."""
    cloud = SlackCloud("http://127.0.0.1:1", MANIFEST, now=time)
    yield cloud
    await cloud.aclose()


@pytest.fixture
async def slack(time: SteppedTime) -> AsyncIterator[Running]:
    async with running(MANIFEST, now=time) as served:
        yield served


@pytest.fixture
async def bot(slack: Running) -> AsyncIterator[AsyncWebClient]:
    """The SDK's client with the bot's token, without retries."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.cloud.credentials.bot_token,
            base_url=f"{slack.url}/api/",
            session=session,
            retry_handlers=[],
        )


@pytest.fixture
def app(slack: Running) -> AsyncApp:
    return bolt_app(slack)


@pytest.fixture
def stage(slack: Running, app: AsyncApp, bot: AsyncWebClient, transport: Transport) -> Stage:
    return Stage(slack, app, bot, transport)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client
