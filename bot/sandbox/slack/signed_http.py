"""Signed HTTP requests to the app's request URL.

Sources: https://docs.slack.dev/authentication/verifying-requests-from-slack,
https://docs.slack.dev/apis/events-api#retries
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.clock import utc_now
from bot.sandbox.slack.credentials import Credentials
from bot.sandbox.slack.delivery import Delivery, DeliveryKind, Fate, Receipt
from bot.sandbox.slack.settings import Settings
from bot.sandbox.slack.shapes import Json

SIGNATURE: Final = "X-Slack-Signature"
TIMESTAMP: Final = "X-Slack-Request-Timestamp"
_REMEMBERED: Final = 1000
_LONGEST_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it went over the wire."""

    body: bytes
    headers: Mapping[str, str]

    def altered(self, headers: Mapping[str, str | None], body: bytes | None) -> SignedRequest:
        """Gives the request with other headers (None takes one away) or another body, signed as before."""
        merged = {**self.headers, **headers}
        kept = {name: value for name, value in merged.items() if value is not None}
        return replace(self, headers=kept, body=self.body if body is None else body)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the app answered."""

    status: int
    headers: Mapping[str, str]
    text: str


class NoReplyError(Exception):
    """The app did not answer: nobody is at the request URL, or none is set."""


class SignedHttp:
    """Posts payloads to the request URL, and remembers them so that they can be sent again."""

    def __init__(self, credentials: Credentials, settings: Settings) -> None:
        self._credentials = credentials
        self._settings = settings
        self._client: aiohttp.ClientSession | None = None
        self._sent: deque[SignedRequest] = deque(maxlen=_REMEMBERED)

    @property
    def last(self) -> SignedRequest | None:
        """The request sent last, replays not counted; None before the first."""
        return self._sent[-1] if self._sent else None

    async def carry(self, delivery: Delivery, deadline: timedelta) -> Receipt:
        """Posts a payload; anything but 200 in time is a failure."""
        request = self.sign(_encode(delivery), _headers(delivery))
        self._sent.append(request)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                reply = await self.send(request)
        except TimeoutError:
            return Receipt(Fate.TIMED_OUT, deadline, reason="http_timeout")
        except NoReplyError:
            took = timedelta(seconds=loop.time() - began)
            return Receipt(Fate.FAILED, took, reason="connection_failed")
        took = timedelta(seconds=loop.time() - began)
        forbids_retry = reply.headers.get("X-Slack-No-Retry") == "1"
        if reply.status != HTTPStatus.OK:
            return Receipt(Fate.FAILED, took, reason="http_error", forbids_retry=forbids_retry)
        return Receipt(Fate.ACKED, took, _answer(reply) if delivery.accepts_answer else None)

    def sign(self, body: bytes, headers: Mapping[str, str]) -> SignedRequest:
        """Gives a request with Slack's two headers, dated now by the machine's clock."""
        timestamp = str(int(utc_now().timestamp()))  # the app compares it with its own clock
        digest = hmac.new(
            self._credentials.signing_secret.encode(), b":".join((b"v0", timestamp.encode(), body)), hashlib.sha256
        )
        return SignedRequest(body, {**headers, TIMESTAMP: timestamp, SIGNATURE: f"v0={digest.hexdigest()}"})

    async def send(self, request: SignedRequest) -> Reply:
        """Posts a request as it is, e.g. one sent before, and gives what the app answered.

        Raises:
            NoReplyError: Nothing came back.
        """
        if self._settings.request_url is None:
            raise NoReplyError("no request URL is set")
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=_LONGEST_S)
            )
        try:
            async with self._client.post(
                self._settings.request_url, data=request.body, headers=request.headers, allow_redirects=False
            ) as response:
                return Reply(response.status, response.headers, await response.text())
        except (aiohttp.ClientError, UnicodeDecodeError) as error:
            raise NoReplyError(str(error)) from error

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.close()


def _encode(delivery: Delivery) -> bytes:
    match delivery.kind:
        case DeliveryKind.SLASH_COMMANDS:
            return urlencode(delivery.payload).encode()
        case DeliveryKind.INTERACTIVE:
            return urlencode({"payload": json.dumps(delivery.payload)}).encode()
        case DeliveryKind.EVENTS_API:
            return json.dumps(delivery.payload).encode()


def _headers(delivery: Delivery) -> dict[str, str]:
    is_event = delivery.kind is DeliveryKind.EVENTS_API
    headers = {
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept": "application/json,*/*",
        "Content-Type": "application/json" if is_event else "application/x-www-form-urlencoded",
    }
    if delivery.retry:
        headers |= {
            "X-Slack-Retry-Num": str(delivery.retry),
            "X-Slack-Retry-Reason": delivery.retry_reason,
        }
    return headers


def _answer(reply: Reply) -> Json | str | None:
    if reply.headers.get("Content-Type", "").startswith("application/json"):
        try:
            answer = json.loads(reply.text)
        except ValueError:
            return reply.text or None
        return answer if isinstance(answer, dict) and answer else None
    return reply.text or None
