"""Slack over Socket Mode: a WebSocket that the bot opens, so that nothing of it needs a public address.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import BadCredentials, Unavailable, UpstreamError
from bot.entrypoints.slack.acknowledgements import CONTEXT_KEY, Acknowledgement

PING_INTERVAL: Final = timedelta(seconds=5)
CONNECT_WITHIN: Final = timedelta(seconds=15)
"""How long one address of a connection is tried."""
_ACKNOWLEDGE_WITHIN: Final = timedelta(seconds=1)
_CLOSE_WITHIN: Final = timedelta(milliseconds=400)
_SECRETS: Final = re.compile(r"(ticket|app_id)=[^&\s'\"]+")
_PASSING: Final = frozenset({"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"})


class SocketTransport:
    """Keeps a WebSocket to Slack open, and answers what arrives on it.

    While Slack renews a connection there is a moment without one; a second process covers it.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        ping_interval: timedelta = PING_INTERVAL,
        connect_within: timedelta = CONNECT_WITHIN,
    ) -> None:
        self._app = app
        self._connect_within = connect_within
        self._app_token = app_token
        self._ping_interval = ping_interval
        self._client: _Client | None = None
        self._handling = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        """Open the connection, and keep one open from then on.

        Raises:
            BadCredentials: Slack does not accept the app-level token.
            Unavailable: Slack does not answer.
        """
        client = self._client = _Client(
            app_token=self._app_token,
            logger=_logger,
            web_client=self._app.client,
            ping_interval=self._ping_interval.total_seconds(),
        )
        client.connect_within = self._connect_within
        session = self._app.client.session
        if session is not None and not session.trust_env:
            client.proxy = None
        client.socket_mode_request_listeners.append(self._handle)
        try:
            opened = await self._app.client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            await self.close()
            raise _refusal(error) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            await self.close()
            raise Unavailable("Slack could not be reached.") from error
        client.wss_uri = opened["url"]
        await client.connect()

    async def stop_taking(self) -> None:
        """Acknowledge what has arrived, then close the connection: Slack sends what comes next elsewhere."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), _ACKNOWLEDGE_WITHIN.total_seconds())
        await self.close()

    async def close(self) -> None:
        """Close the connection, if there is one."""
        client, self._client = self._client, None
        if client is None:
            return
        client.closed, client.auto_reconnect_enabled = True, False
        with suppress(TimeoutError):  # the other side need not take part
            await asyncio.wait_for(client.disconnect(), _CLOSE_WITHIN.total_seconds())
        await client.close()  # type: ignore[no-untyped-call]

    def healthy(self, now: datetime) -> bool:
        """Whether Slack answered one of our pings of late; a connection that only looks open does not count."""
        age = self.traffic_age(now)
        return age is not None and age <= 4 * self._ping_interval

    def traffic_age(self, now: datetime) -> timedelta | None:
        """How long ago Slack last answered a ping; None without a connection."""
        session = self._client and self._client.current_session
        if self._client is None or session is None or session.closed or self._client.last_ping_pong_time is None:
            return None
        return now - datetime.fromtimestamp(self._client.last_ping_pong_time, UTC)

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self._handling += 1
        self._idle.clear()
        try:
            acknowledgement = Acknowledgement()
            bolt_request = AsyncBoltRequest(
                mode="socket_mode",
                body=request.payload,
                context={CONTEXT_KEY: acknowledgement},
            )
            response = await self._app.async_dispatch(bolt_request)
            await send_async_response(client, request, response, time.time())
            acknowledgement.sent()
        finally:
            self._handling -= 1
            if not self._handling:
                self._idle.set()


def _refusal(error: SlackApiError) -> UpstreamError:
    """Why Slack opens no connection: only where it gives a reason of its own, the token is to blame."""
    body = error.response.data if isinstance(error.response, AsyncSlackResponse) else None
    code = body.get("error") if isinstance(body, dict) else None
    if code is None or code in _PASSING:
        return Unavailable(f"Slack opens no connection for now ({code or 'no answer that makes sense'}).")
    return BadCredentials(
        f"Slack does not accept the app-level token ({code}).",
        advice="The operator must check SLACK_APP_TOKEN: it starts with xapp- and has the scope connections:write.",
    )


class _Client(SocketModeClient):
    """Slack's client, but that it would try an expired address for ever, and log an end that was wished for."""

    connect_within = CONNECT_WITHIN

    async def connect(self) -> None:
        """Connect, at a new address after each while without success."""
        while not self.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.connect_within.total_seconds()):
                    await super().connect()  # type: ignore[no-untyped-call]
                    return
            self.wss_uri = None

    async def disconnect(self) -> None:
        """Close the connection, if there is one."""
        if self.current_session is not None:
            await self.current_session.close()


class _Discreet(logging.Filter):
    """Keeps out of the log what opens a connection: Slack's client logs the address of one that fails."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRETS.sub(r"\1=…", record.getMessage()), ()
        record.exc_info = None
        return True


_logger: Final = logging.getLogger("bot.slack.socket")
_logger.setLevel(logging.INFO)  # below, Slack's client logs whole payloads
_logger.addFilter(_Discreet())
