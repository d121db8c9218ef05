"""The least Bolt app that there is, to compare with: it acknowledges the command, and does nothing else.

``python -m benchmarks.bare``, with Slack's tokens in the environment: over Socket Mode if there is an app-level token,
else over HTTP on a free port.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient


async def _acknowledge(ack: AsyncAck) -> None:
    await ack("Reading …")


async def main() -> None:
    """Take commands until the process is killed."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ.get("SLACK_SIGNING_SECRET", ""))
    app.command("/mondoo-audit")(_acknowledge)
    address = ""
    if app_token := os.environ.get("SLACK_APP_TOKEN"):
        await AsyncSocketModeHandler(app, app_token).connect_async()  # type: ignore[no-untyped-call]
    else:
        runner = web.AppRunner(app.web_app("/slack/events"))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = "{}:{}".format(*runner.addresses[0])
    sys.stderr.write(json.dumps({"event": "ready", "listening": address}) + "\n")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
