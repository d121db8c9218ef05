"""Slack over HTTP: requests are judged here, and only genuine ones reach Bolt, which would log the others' bodies.

The web server belongs to somebody else; this gives it a handler for ``POST /slack/events``.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.adapters.slack.views.notices import RESTARTING
from bot.entrypoints.slack.acknowledgements import CONTEXT_KEY, Acknowledgement
from bot.entrypoints.slack.signatures import Signatures, Verdict
from bot.ports import Clock

PATH: Final = "/slack/events"
LARGEST_BODY: Final = 1_000_000
"""In bytes. Slack's payloads are a few kilobytes, those of large modals some hundred."""
_BODY_WITHIN: Final = timedelta(seconds=3)

log = structlog.get_logger()


class HttpTransport:
    """Takes Slack's signed requests. Each is answered within the three seconds that Slack waits, or not at all."""

    def __init__(self, app: AsyncApp, signing_secret: str, clock: Clock) -> None:
        self._app = app
        self._signatures = Signatures(signing_secret)
        self._clock = clock
        self._taking = False
        self._handling = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def route(self) -> web.RouteDef:
        """The route to add to the web server."""
        return web.post(PATH, self.handle)

    async def start(self) -> None:
        """Begin to take requests."""
        self._taking = True

    async def stop_taking(self) -> None:
        """Turn new requests away, and return once those under way have got their answer."""
        self._taking = False
        await self._idle.wait()

    async def close(self) -> None:
        """End; the server that owns the route closes the connections."""
        self._taking = False

    def healthy(self, now: datetime) -> bool:  # noqa: ARG002 — the question that every transport is asked
        """Whether requests are taken. When Slack last sent one says nothing: nobody may have asked."""
        return self._taking

    async def handle(self, request: web.Request) -> web.Response:
        """The answer to one request."""
        self._handling += 1
        self._idle.clear()
        try:
            return await self._answer(request)
        finally:
            self._handling -= 1
            if not self._handling:
                self._idle.set()

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(_BODY_WITHIN.total_seconds()):
                body = await _read(request)
        except TimeoutError:
            return web.Response(status=408)
        except ValueError:
            return web.Response(status=413)
        if _is_ssl_check(request, body):
            return web.Response()
        headers = request.headers
        verdict = self._signatures.judge(
            body,
            headers.get("X-Slack-Request-Timestamp", ""),
            headers.get("X-Slack-Signature", ""),
            self._clock.now(),
        )
        match verdict:
            case Verdict.FORGED:
                log.warning("request refused", reason="not signed by Slack, or not just now", peer=request.remote)
                return web.Response(status=401)
            case Verdict.REPEATED:
                log.warning("request refused", reason="seen before", peer=request.remote)
                return web.Response(status=409)
            case Verdict.GENUINE:
                return await self._dispatch(request, body)

    async def _dispatch(self, request: web.Request, body: bytes) -> web.Response:
        if not self._taking:
            return _turned_away(request, body)
        if request.transport is None or request.transport.is_closing():
            # Slack has told the person that it failed; to answer would make those late who still wait.
            log.warning("Slack did not wait for an acknowledgement")
            return web.Response(status=408)
        acknowledgement = Acknowledgement()
        try:
            bolt_request = AsyncBoltRequest(
                body=body.decode(),
                headers={"content-type": [request.content_type]},  # the others are not signed
                context={CONTEXT_KEY: acknowledgement},
            )
        except ValueError:
            log.warning("request refused", reason="its body is not what Slack sends", peer=request.remote)
            return web.Response(status=400)
        response = _to_aiohttp(await self._app.async_dispatch(bolt_request))
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionResetError:  # to log where that was raised takes longer than to acknowledge the next one
            log.warning("Slack did not wait for an acknowledgement")
        acknowledgement.sent()
        return response


async def _read(request: web.Request) -> bytes:
    """The body.

    Raises:
        ValueError: it is too large.
    """
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise ValueError("the body is too large")
    return bytes(body)


def _is_ssl_check(request: web.Request, body: bytes) -> bool:
    """Whether Slack only looks at our certificate. Nothing is done for such a request, so its signature is moot.

    Source: https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    if request.content_type != "application/x-www-form-urlencoded" or b"ssl_check=1" not in body:
        return False
    fields = parse_qs(body.decode("utf-8", "replace"))
    return fields.get("ssl_check") == ["1"] and "command" not in fields and "payload" not in fields


def _turned_away(request: web.Request, body: bytes) -> web.Response:
    """What a genuine request gets while the process ends: words where a person would read them."""
    if request.content_type == "application/x-www-form-urlencoded" and b"command=" in body:
        return web.json_response({"response_type": "ephemeral", "text": RESTARTING})
    return web.Response(status=503)


def _to_aiohttp(response: BoltResponse) -> web.Response:
    """Bolt's response as aiohttp's; the bot sets no cookies."""
    answer = web.Response(status=response.status, body=(response.body or "").encode())
    for name, values in response.headers.items():
        if name.casefold() not in {"content-length", "set-cookie"}:
            answer.headers[name] = values[0]
    return answer
