"""Keeps an answer from overtaking the acknowledgement whose place it is to take.

They reach Slack by different ways. An answer that comes first is shown as a message of its own, and "Reading …" stays
below it for ever. So a transport says when an acknowledgement has gone out, and the answer waits for that and a moment
more.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

CONTEXT_KEY: Final = "acknowledgement"
"""Under which name a transport hands it to the listeners, in Bolt's context."""

_MOMENT: Final = timedelta(milliseconds=250)
_AT_MOST: Final = timedelta(seconds=3)
"""How long Slack waits for an acknowledgement: afterwards there is nothing to overtake."""


class Acknowledgement:
    """One acknowledgement, on its way to Slack."""

    def __init__(self) -> None:
        self._sent = asyncio.Event()
        self._sent_at = 0.0

    def sent(self) -> None:
        """It has gone out."""
        self._sent_at = asyncio.get_running_loop().time()
        self._sent.set()

    async def left(self) -> None:
        """Return once it has gone out, or comes too late: what is done before delays it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._sent.wait(), _AT_MOST.total_seconds())

    async def arrived(self) -> None:
        """Return once Slack can be taken to have got it."""
        await self.left()
        since = asyncio.get_running_loop().time() - self._sent_at
        await asyncio.sleep(_MOMENT.total_seconds() - since)
