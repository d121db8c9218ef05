"""The demo as a newcomer meets it: the real bot behind the page, typed to and clicked on in a real Chromium."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DOCUMENTED = "/mondoo-audit org=mondoo-organization-1"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
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
async def page(address: str, chromium: Browser) -> AsyncIterator[Page]:
    """The demo's page, everything in it as on the first day."""
    async with httpx.AsyncClient(trust_env=False) as client:
        for part in ("mondoo", "slack"):
            (await client.post(f"{address}/_sandbox/{part}/reset")).raise_for_status()
    context = await chromium.new_context(viewport={"width": 1280, "height": 1000})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address)
    await page.wait_for_function("window.did_handshake")
    yield page
    await context.close()
    assert complaints == []


async def ask(page: Page, text: str) -> Locator:
    """Type a command; gives the newest message, which will be the answer."""
    composer = page.get_by_test_id("composer")
    await composer.fill(text)
    await composer.press("Enter")
    return page.get_by_test_id("message").last


async def test_the_command_is_typed_and_its_answer_paged_through(page: Page) -> None:
    answer = await ask(page, DOCUMENTED)
    await expect(answer).to_contain_text("1–10 of 36")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer).to_contain_text("Jane Doe")
    await expect(answer).to_contain_text("mondoo.agents.AgentManager.CreateServiceAccount")
    for figures in ("11–20 of 36", "21–30 of 36", "31–36 of 36"):
        await answer.get_by_role("button", name="Older").click()
        await expect(answer).to_contain_text(figures)
    await expect(answer.get_by_role("button", name="Older")).to_have_count(0)
    await answer.get_by_role("button", name="Newer").click()
    await expect(answer).to_contain_text("21–30 of 36")


async def test_the_command_that_the_page_proposes_works(page: Page) -> None:
    await page.get_by_test_id("first-steps").get_by_text("/mondoo-audit").click()
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("message").last).to_contain_text("all read")


async def test_a_wrong_command_is_answered_with_the_right_one(page: Page) -> None:
    answer = await ask(page, "/mondoo-audit orgg=acme-platform since=7d")
    await expect(answer).to_contain_text("There is no key “orgg”")
    await expect(answer).to_contain_text("/mondoo-audit org=acme-platform since=7d")


async def test_a_broken_mondoo_is_told_as_such_and_mends(page: Page, address: str) -> None:
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        fault = {"effect": {"kind": "status", "status": 401}, "times": None}
        (await client.post("/_sandbox/mondoo/faults", json=fault)).raise_for_status()
        answer = await ask(page, DOCUMENTED)
        await expect(answer).to_contain_text("Mondoo does not accept the token")
        await expect(answer).not_to_contain_text(re.compile("no events", re.IGNORECASE))
        (await client.delete("/_sandbox/mondoo/faults")).raise_for_status()
    await expect(await ask(page, DOCUMENTED)).to_contain_text("1–10 of 36")


async def test_both_regions_and_spaces_answer_by_alias(page: Page) -> None:
    await expect(await ask(page, "/mondoo-audit space=production last=7d risk=high")).to_contain_text("production")
    await ask(page, "/mondoo-audit help")
    await expect(page.get_by_test_id("message").last).to_contain_text("lumiere")
