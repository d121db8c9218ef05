"""A sandbox and a bot for each scenario, over Socket Mode and over signed HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox, serve
from bot.sandbox.slack.settings import Transport
from tests.forks import Forks

from .stage import BotProcess, Stage

StartStage = Callable[..., Awaitable[Stage]]


@pytest.fixture(params=list(Transport), ids=str)
def transport(request: pytest.FixtureRequest) -> Transport:
    """Both ways in which Slack reaches the bot."""
    chosen: Transport = request.param
    return chosen


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Mondoo and Slack on a free port, without the page."""
    async with serve(port=0, page=False) as running:
        yield running


@pytest.fixture
async def start(sandbox: Sandbox, forks: Forks, tmp_path: Path) -> AsyncIterator[StartStage]:
    """Starts a bot before the sandbox, with further settings if need be; every bot is stopped at the end."""
    async with AsyncExitStack() as stack:

        async def begin(transport: Transport = Transport.SOCKET, **settings: str) -> Stage:
            sandbox.slack.settings.transport = transport
            bot = await BotProcess.start(forks, {**environment(sandbox, transport), **settings}, tmp_path)
            stack.push_async_callback(bot.stop)
            sandbox.slack.settings.request_url = f"{bot.base_url}/slack/events"
            return Stage(sandbox, bot)

        yield begin


@pytest.fixture
async def stage(start: StartStage) -> Stage:
    """A bot over Socket Mode."""
    return await start()


def environment(sandbox: Sandbox, transport: Transport) -> Mapping[str, str]:
    """What the bot needs to know; one transport's secret at a time, as it insists."""
    other = "SLACK_SIGNING_SECRET" if transport is Transport.SOCKET else "SLACK_APP_TOKEN"
    return {name: value for name, value in sandbox.environment.items() if name != other}
