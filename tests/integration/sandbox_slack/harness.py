"""A sandbox Slack on a port of its own, and a clock that tests move."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from bot.sandbox.slack import UVICORN_OPTIONS, SlackCloud, Transport
from bot.sandbox.slack.clock import utc_now

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


@dataclass
class Running:
    """A sandbox Slack with its address."""

    cloud: SlackCloud
    url: str

    @property
    def control(self) -> str:
        return f"{self.url}/_sandbox/slack"


@asynccontextmanager
async def serve(
    application: ASGIApp | AsyncSlackRequestHandler, listening: socket.socket, **options: float
) -> AsyncIterator[None]:
    """Serves an ASGI application, and stops at once: `Server.serve` would look ten times a second whether to."""
    quiet = {"log_config": None, "access_log": False, "lifespan": "off"}
    config = uvicorn.Config(application, **{**quiet, **UVICORN_OPTIONS, **options})
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup([listening])
    try:
        yield
    finally:
        for listener in server.servers:
            listener.close()
        for connection in tuple(server.server_state.connections):
            connection.shutdown()
        if server.server_state.tasks:
            await asyncio.wait(tuple(server.server_state.tasks))


def listen() -> tuple[socket.socket, str]:
    """Gives a listening socket on a free port and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def running(
    manifest: dict[str, Any], now: Callable[[], datetime] = utc_now, **options: float
) -> AsyncIterator[Running]:
    """Runs a sandbox Slack with a manifest."""
    listening, url = listen()
    cloud = SlackCloud(url, manifest, now=now)
    control = Mount("/_sandbox/slack", routes=cloud.control_routes())
    async with serve(Starlette(routes=[*cloud.routes(), control]), listening, **options):
        try:
            yield Running(cloud, url)
        finally:
            await cloud.aclose()


def bolt_app(slack: Running) -> AsyncApp:
    """Gives Bolt's app with the sandbox's credentials; listeners are registered before it is connected."""
    credentials = slack.cloud.credentials
    client = AsyncWebClient(token=credentials.bot_token, base_url=f"{slack.url}/api/", retry_handlers=[])
    return AsyncApp(client=client, signing_secret=credentials.signing_secret)


@asynccontextmanager
async def connected(slack: Running, app: AsyncApp, transport: Transport) -> AsyncIterator[None]:
    """Lets the app receive payloads, by Socket Mode or at a request URL."""
    if transport is Transport.HTTP:
        listening, url = listen()
        slack.cloud.settings.change({"transport": "http", "request_url": f"{url}/slack/events"})
        async with serve(AsyncSlackRequestHandler(app), listening):
            yield
        return
    handler = AsyncSocketModeHandler(app, slack.cloud.credentials.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.cloud.workspace.changes.until(lambda: slack.cloud.socket.count > 0, PATIENCE)
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@dataclass
class Stage:
    """A sandbox Slack, Bolt's app not yet connected, and a client beside it."""

    slack: Running
    app: AsyncApp
    bot: AsyncWebClient
    transport: Transport

    def connected(self) -> AbstractAsyncContextManager[None]:
        return connected(self.slack, self.app, self.transport)


PATIENCE = timedelta(seconds=20)
"""How long a test waits for what must happen; it does not wait that long for anything that does happen."""


async def until(slack: Running, condition: Callable[[], bool]) -> None:
    """Waits until a condition on the workspace holds.

    Raises:
        AssertionError: It does not come to hold.
    """
    assert await slack.cloud.workspace.changes.until(condition, PATIENCE), "it did not happen"
