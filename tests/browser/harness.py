"""What the tests share: blocks in short, an app's ears, and commands typed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from playwright.async_api import Locator, Page

Json = dict[str, Any]
Connected = Callable[[], Any]
"""``async with connected():`` lets the app receive what happens in Slack."""

CUT_OFF = """() => [...document.querySelectorAll(".window *, dialog[open], dialog[open] *")]
  .filter((one) => !one.closest("pre, .table, svg, .menu, .sidebar, select, .unseen, [hidden]"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
  .map((one) => one.outerHTML.slice(0, 120))"""
"""A script that gives all that goes beyond the window's sides; tables and code have scroll bars of their own."""
FOCUSED = "(one) => one === document.activeElement"
"""A script that tells whether an element has the focus."""


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, text: str, **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "block_id": "row", "elements": list(elements)}]


async def ask(page: Page, text: str) -> Locator:
    """Type a command; gives the newest message, which will be the answer."""
    composer = page.get_by_test_id("composer")
    await composer.fill(text)
    await composer.press("Enter")
    return page.get_by_test_id("message").last


async def act_as(page: Page, name: str) -> None:
    """Go on as somebody else, in the first conversation of theirs."""
    await page.get_by_test_id("acting").locator("summary").click()
    await page.get_by_role("button", name=name).click()
    await page.get_by_label(f"Acting as {name}").wait_for()


class Received:
    """What the app was told, each to be waited for."""

    def __init__(self) -> None:
        self._payloads: asyncio.Queue[Json] = asyncio.Queue()

    async def ack(self, ack: Any, body: Json) -> None:  # noqa: ANN401 — Bolt's
        await ack()
        self._payloads.put_nowait(body)

    async def next(self) -> Json:
        async with asyncio.timeout(10):
            return await self._payloads.get()

    async def action(self) -> Json:
        found: Json = (await self.next())["actions"][0]
        return found
