"""What the tests of interactions share: blocks in short, and an app's ears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Connected = Callable[[], Any]
"""``async with connected():`` lets the app receive what happens in Slack."""


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, text: str, **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "block_id": "row", "elements": list(elements)}]


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
