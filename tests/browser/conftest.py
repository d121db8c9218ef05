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
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox, serve
from bot.sandbox.slack import cast

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

expect.set_options(timeout=10_000)


class NeedTool(Protocol):
    """As in the conftest above."""

    def __call__(self, *names: str, apt: str) -> Path: ...


class Open(Protocol):
    """``await open_page(as_="mei", place="oncall", width=360, theme="dark")`` opens a new browser with the page."""

    async def __call__(
        self, *, as_: str = "olivia", place: str = "security-audit", width: int = 1280, theme: str = "light"
    ) -> Page: ...


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(need_tool: NeedTool) -> AsyncIterator[Browser]:
    """Debian's Chromium, or whichever is installed, without a window."""
    path = need_tool("chromium", "chromium-browser", "google-chrome", apt="chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        await browser.close()


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


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(sandbox: Sandbox, chromium: Browser) -> AsyncIterator[Open]:
    """Opens browsers; at the end none of them may have complained, nor asked another server for anything."""
    complaints: list[str] = []
    contexts = []

    async def open_page(
        *, as_: str = "olivia", place: str = "security-audit", width: int = 1280, theme: str = "light"
    ) -> Page:
        context = await chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if theme == "dark" else "light",
            permissions=["clipboard-read", "clipboard-write"],
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((sandbox.base_url, sandbox.base_url.replace("http", "ws"), "data:", "blob:"))
                else complaints.append(request.url)
            ),
        )
        await page.goto(f"{sandbox.base_url}/?as={as_}&in={place}")
        await expect(page.get_by_test_id("timeline")).to_be_attached()
        await page.wait_for_function("window.did_handshake")
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


@pytest.fixture
def channel() -> str:
    """Where things are posted unless told otherwise."""
    return cast.SECURITY_AUDIT


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Where a demo runs, started as ``make demo`` starts it."""
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
        cwd=folder,
        env={**inherited, "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"Ctrl-C" not in (line := await process.stdout.readline()):
            assert line, "the demo ended"
    reading = asyncio.create_task(process.stdout.read())
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        assert await process.wait() == 0
    await reading


@pytest_asyncio.fixture(loop_scope="session")
async def mondoo(demo: str) -> AsyncIterator[httpx.AsyncClient]:
    """What makes things happen in the demo's Mondoo; afterwards it is as on its first day."""
    async with httpx.AsyncClient(base_url=f"{demo}/_sandbox/mondoo/", trust_env=False) as client:
        yield client
        (await client.post("reset")).raise_for_status()


@pytest_asyncio.fixture(loop_scope="session")
async def page(demo: str, chromium: Browser) -> AsyncIterator[Page]:
    """The demo's page, Slack as on the first day."""
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.post(f"{demo}/_sandbox/slack/reset")).raise_for_status()
    context = await chromium.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(demo)
    await page.wait_for_function("window.did_handshake")
    yield page
    await context.close()
    assert complaints == []
