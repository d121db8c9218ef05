"""The sandbox's Slack, and a bot in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.server import serve
from bot.sandbox.slack.cloud import SlackCloud

from .harness import Bot, Setup, running


@pytest.fixture
async def slack() -> AsyncIterator[SlackCloud]:
    async with serve(port=0, page=False) as sandbox:
        yield sandbox.slack


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """Either way in."""
    return str(request.param)


@pytest.fixture
def setup() -> Setup:
    """What the bot is started with; a test that overrides this starts it with something else."""
    return Setup()


@pytest.fixture
async def bot(slack: SlackCloud, setup: Setup) -> AsyncIterator[Bot]:
    async with running(slack, setup) as bot:
        yield bot
