"""A process that posts one message and stops itself when the connection is there and nothing is written to it.

Takes Slack's address, and how long an attempt may take in seconds. Prints what became of it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import aiohttp

from bot.adapters.slack.client import open_session, web_client
from bot.adapters.slack.messenger import SlackMessenger
from bot.domain.access import ChannelId
from bot.domain.deliveries import Delivery, Message, PartId


class StandingClock:
    """A clock that does not notice that time goes by."""

    def now(self) -> datetime:
        return datetime(2026, 3, 2, tzinfo=UTC)


async def _stop(_session: aiohttp.ClientSession, _context: SimpleNamespace, _params: object) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


async def main(url: str, timeout_s: float) -> None:
    part = Delivery(
        part=PartId("d1"),
        ordinal=0,
        channel=ChannelId("C1"),
        content=Message(({"text": "hello"},)),
        is_digest=True,
        fence=1,
        thread=None,
        subscription=None,
        scopes=(),
        form=0,
        uncertain=False,
        looks=0,
        attempts=0,
        first_attempt=None,
        labelled=False,
    )
    async with open_session(url) as session:
        stopping = aiohttp.TraceConfig()
        stopping.on_connection_create_end.append(_stop)
        stopping.freeze()
        session.trace_configs.append(stopping)
        client = web_client("xoxb-1", session, url)
        messenger = SlackMessenger(client, session, StandingClock(), timeout=timedelta(seconds=timeout_s))
        print(type(await messenger.post(part)).__name__)  # noqa: T201 — what the test reads


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
