"""The sandbox's Slack, and a messenger in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from bot.adapters.slack.client import open_session, web_client
from bot.adapters.slack.messenger import SlackMessenger
from bot.sandbox.server import serve
from bot.sandbox.slack.cloud import SlackCloud
from bot.waypoints import Waypoint, listen

from .deliveries import SystemClock


@pytest.fixture
async def slack() -> AsyncIterator[SlackCloud]:
    async with serve(port=0, page=False) as sandbox:
        yield sandbox.slack


@pytest.fixture
async def messenger(slack: SlackCloud) -> AsyncIterator[SlackMessenger]:
    """A messenger that waits two seconds for an answer."""
    url = slack.environment["SLACK_API_URL"]
    async with open_session(url) as session:
        client = web_client(slack.credentials.bot_token, session, url)
        yield SlackMessenger(client, session, SystemClock(), timeout=timedelta(seconds=2))


@pytest.fixture
def passed() -> Iterator[list[Waypoint]]:
    """The waypoints that were reached."""
    seen: list[Waypoint] = []
    stop = listen(seen.append)
    yield seen
    stop()
