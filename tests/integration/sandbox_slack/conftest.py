"""A running sandbox Slack, and real clients of Slack's SDK pointed at it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import httpx
import pytest
import uvicorn
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.slack import UVICORN_OPTIONS, SlackCloud

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Mondoo Audit"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "mondoo_audit"},
        "slash_commands": [
            {"command": "/mondoo-audit", "description": "Read the audit log", "should_escape": True},
            {"command": "/plain", "description": "Takes its text as typed", "should_escape": False},
        ],
        "shortcuts": [
            {"name": "Search", "type": "global", "callback_id": "search", "description": "Search"},
            {"name": "Explain", "type": "message", "callback_id": "explain", "description": "Explain"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "channels:read",
                "chat:write",
                "commands",
                "files:read",
                "files:write",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "usergroups:read",
                "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "app_mention", "message.im"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


@dataclass
class SteppedTime:
    """A clock that stands still until it is told to go on."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def step(self, **by: float) -> None:
        self.at += timedelta(**by)


class _AnnouncedServer(uvicorn.Server):
    """Says when it listens, where uvicorn's own server would have to be polled."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


@dataclass
class Running:
    """A sandbox Slack with its address."""

    cloud: SlackCloud
    url: str
    closing: list[Any] = field(default_factory=list)


@asynccontextmanager
async def serve(application: Any, listening: socket.socket) -> AsyncIterator[None]:
    """Serves an ASGI application on a listening socket."""
    config = uvicorn.Config(application, log_level="error", lifespan="off", **UVICORN_OPTIONS)
    server = _AnnouncedServer(config)
    task = asyncio.create_task(server.serve([listening]))
    await server.is_up.wait()
    try:
        yield
    finally:
        server.should_exit = True
        await task


def listen() -> tuple[socket.socket, str]:
    """Gives a listening socket on a free port and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def running(manifest: dict[str, Any], **options: Any) -> AsyncIterator[Running]:
    """Runs a sandbox Slack with a manifest."""
    listening, url = listen()
    cloud = SlackCloud(url, manifest, **options)
    control = Mount("/_sandbox/slack", routes=cloud.control_routes())
    async with serve(Starlette(routes=[*cloud.routes(), control]), listening):
        try:
            yield Running(cloud, url)
        finally:
            await cloud.aclose()


@pytest.fixture
def time() -> SteppedTime:
    return SteppedTime()


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
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client
