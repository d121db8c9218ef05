"""A sandbox with its page, a real Chromium to look at it with, and an app of Bolt's to answer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox, serve
from bot.sandbox.slack import cast

from .tabs import Tabs, Theme

CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Mondoo Audit"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/mondoo-audit", "description": "Search Mondoo's audit log", "usage_hint": "org=ID"},
            {"command": "/mondoo-status", "description": "How collecting goes"},
        ],
        "shortcuts": [
            {"name": "Search around this", "type": "message", "callback_id": "around", "description": "x"},
            {"name": "Search Mondoo", "type": "global", "callback_id": "search", "description": "x"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "files:write", "im:write"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}

_PROJECT = Path(__file__).parents[2]

expect.set_options(timeout=10_000)


class NeedTool(Protocol):
    """As in the conftest above."""

    def __call__(self, *names: str, apt: str) -> Path: ...


class Open(Protocol):
    """``await open_page(as_="mei", place="oncall", width=360, theme="dark")`` opens the page, as in a new browser."""

    async def __call__(
        self, *, as_: str = "olivia", place: str = "security-audit", width: int = 1280, theme: Theme = "light"
    ) -> Page: ...


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def all_tabs(need_tool: NeedTool) -> AsyncIterator[Tabs]:
    """Those of Debian's Chromium, or whichever is installed, without a window."""
    path = need_tool("chromium", "chromium-browser", "google-chrome", apt="chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield Tabs(browser)
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tabs(all_tabs: Tabs) -> AsyncIterator[Tabs]:
    """Where a test opens tabs, to leave them at its end."""
    yield all_tabs
    await all_tabs.leave()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served() -> AsyncIterator[Sandbox]:
    async with serve(port=0, manifest=MANIFEST) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(served: Sandbox) -> AsyncIterator[Sandbox]:
    """The sandbox as on its first day."""
    served.reset()
    yield served
    served.reset()


@pytest.fixture
def showcase() -> list[dict[str, Any]]:
    """A message with a block of every kind."""
    held: list[dict[str, Any]] = json.loads((Path(__file__).parent / "blocks.json").read_text("utf-8"))
    return held


@pytest_asyncio.fixture(loop_scope="session")
async def client(sandbox: Sandbox) -> AsyncIterator[AsyncWebClient]:
    """The SDK's client with the app's token."""
    async with aiohttp.ClientSession() as session:
        token = sandbox.slack.credentials.bot_token
        yield AsyncWebClient(token=token, base_url=f"{sandbox.base_url}/api/", session=session, retry_handlers=[])


@pytest.fixture
def app(sandbox: Sandbox, client: AsyncWebClient) -> AsyncApp:
    """An app to register listeners with, before it is `connected`."""
    return AsyncApp(client=client, signing_secret=sandbox.slack.credentials.signing_secret)


@pytest.fixture
def connected(sandbox: Sandbox, app: AsyncApp) -> Callable[[], Any]:
    """``async with connected():`` lets the app receive what happens in Slack, over Socket Mode."""

    @asynccontextmanager
    async def connected() -> AsyncIterator[None]:
        handler = AsyncSocketModeHandler(app, sandbox.slack.credentials.app_token, web_client=app.client)
        connect: Callable[[], Awaitable[None]] = handler.connect_async
        close: Callable[[], Awaitable[None]] = handler.close_async
        await connect()
        try:
            yield
        finally:
            await close()

    return connected


@pytest.fixture
def open_page(sandbox: Sandbox, tabs: Tabs) -> Open:
    """Opens the sandbox's page, as often as there are people to look at it."""

    async def open_page(
        *, as_: str = "olivia", place: str = "security-audit", width: int = 1280, theme: Theme = "light"
    ) -> Page:
        page = await tabs.open(f"{sandbox.base_url}/?as={as_}&in={place}", width=width, theme=theme)
        await expect(page.get_by_test_id("timeline")).to_be_attached()
        return page

    return open_page


@pytest.fixture
def channel() -> str:
    """Where things are posted unless told otherwise."""
    return cast.SECURITY_AUDIT


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Where a demo runs, started as ``make demo`` starts it, with digests that nobody waits for."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("demo")
    inherited = {name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--port",
        str(port),
        "--every",
        "5",
        cwd=folder,
        env={**inherited, "HOME": str(folder), "PYTHONPATH": str(_PROJECT)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"Ctrl-C" not in (line := await process.stdout.readline()):
            assert line, "the demo ended"
    reading = asyncio.create_task(process.stdout.read())
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(30):
        assert await process.wait() == 0
    await reading


@pytest_asyncio.fixture(loop_scope="session")
async def mondoo(demo: str) -> AsyncIterator[httpx.AsyncClient]:
    """What makes things happen in the demo's Mondoo; afterwards it is as on its first day."""
    async with httpx.AsyncClient(base_url=f"{demo}/_sandbox/mondoo/", timeout=30, trust_env=False) as client:
        yield client
        (await client.post("reset")).raise_for_status()


@pytest_asyncio.fixture(loop_scope="session")
async def page(demo: str, tabs: Tabs) -> Page:
    """The demo's page, Slack as on the first day."""
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.post(f"{demo}/_sandbox/slack/reset")).raise_for_status()
    return await tabs.open(demo, height=1000)
