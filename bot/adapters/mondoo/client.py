"""One page of an audit log over HTTP: the only place that talks to Mondoo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from importlib.metadata import version
from types import TracebackType
from typing import Final, Self

import httpx
import stamina
from pyreqwest.exceptions import PyreqwestError

from bot.adapters.mondoo import queries, wire
from bot.adapters.mondoo.credentials import Bearer
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.faults import OlderServer, QueryRefused, from_status, http_date, pause
from bot.adapters.mondoo.pages import Page, PageRequest
from bot.adapters.mondoo.retries import Backoff, Patience
from bot.adapters.mondoo.transport import in_words, seconds, transport
from bot.adapters.mondoo.turns import Turns
from bot.domain.errors import BadResponse, Unavailable
from bot.domain.scopes import Scope
from bot.ports import Clock

MEBIBYTE: Final = 2**20


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long one attempt may take."""

    connect: timedelta = timedelta(seconds=10)
    turn: timedelta = timedelta(seconds=10)
    """Until it may begin, while others are under way."""
    read: timedelta = timedelta(seconds=20)
    """Of silence."""
    answer: timedelta = timedelta(seconds=30)
    """For all of it, so that a server cannot drip for ever."""


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytearray
    server_time: datetime | None
    retry_after: timedelta | None


class MondooClient:
    """Asks Mondoo for pages, with one pool of connections, within limits of time and size, retrying what passes.

    Proxies and certificates follow the environment: ``HTTPS_PROXY``, ``NO_PROXY``, ``SSL_CERT_FILE``, ``SSL_CERT_DIR``.
    An asynchronous context manager; leaving it closes the connections.

    Raises:
        SettingsError: the environment names a proxy or certificates that cannot be used.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        timeouts: Timeouts | None = None,
        patience: Patience | None = None,
        max_body_bytes: int = 32 * MEBIBYTE,
    ) -> None:
        self._clock = clock
        self._timeouts = timeouts or Timeouts()
        self._patience = patience or Patience()
        self._max_body_bytes = max_body_bytes
        self._turns = Turns(self._timeouts.turn)
        self._again = stamina.AsyncRetryingCaller(attempts=None, timeout=None)
        self._older_servers: set[str] = set()
        self._newer_servers: set[str] = set()
        self._http = httpx.AsyncClient(
            transport=transport(self._timeouts.connect, self._timeouts.read),
            timeout=None,  # noqa: S113 — the transport and _exchange see to it
            follow_redirects=False,
            headers={
                "User-Agent": f"mondoo-audit-bot/{version('mondoo-audit-bot')}",
                "Accept": "application/json",
                "Content-Type": "application/json",
            },
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def page(self, endpoint: Endpoint, scope: Scope, request: PageRequest) -> Page:
        """The page that was asked for, after as many attempts as patience allows.

        A server that refuses the newer fields, in whatever words, is asked without them; if that works, for good.

        Raises:
            Unavailable: it does not work now, or asks for a longer pause than patience allows.
            BadCredentials: the token is not accepted.
            NotPermitted: the scope is out of the token's reach.
            BadResponse: the answer makes no sense.
        """
        if endpoint.url in self._older_servers:
            return await self._patiently(endpoint, scope, request, queries.DOCUMENTED)
        try:
            page = await self._patiently(endpoint, scope, request, queries.FULL)
        except QueryRefused as refused:
            if endpoint.url in self._newer_servers and not isinstance(refused, OlderServer):
                raise
            page = await self._without_newer_fields(endpoint, scope, request, refused)
            self._older_servers.add(endpoint.url)
        else:
            self._newer_servers.add(endpoint.url)
        return page

    async def _without_newer_fields(
        self, endpoint: Endpoint, scope: Scope, request: PageRequest, refused: QueryRefused
    ) -> Page:
        try:
            return await self._patiently(endpoint, scope, request, queries.DOCUMENTED)
        except QueryRefused:  # so it was not the fields
            raise refused from None

    async def _patiently(self, endpoint: Endpoint, scope: Scope, request: PageRequest, document: str) -> Page:
        backoff = Backoff(self._patience)
        page = await self._again(backoff, self._attempt, endpoint, scope, request, document)
        return replace(page, strained=True) if backoff.strained else page

    async def _attempt(self, endpoint: Endpoint, scope: Scope, request: PageRequest, document: str) -> Page:
        content = queries.body(document, scope, request)
        bearer = endpoint.credentials.bearer()
        reply = await self._exchange(_parsed(endpoint.url), bearer, content)
        if reply.status == HTTPStatus.UNAUTHORIZED and endpoint.credentials.refused(reply.server_time):
            bearer = endpoint.credentials.bearer()
            reply = await self._exchange(_parsed(endpoint.url), bearer, content)
        if reply.status == HTTPStatus.OK:
            return wire.page(reply.body, scope, bearer.redact, request.first)
        problems = wire.problems(reply.body, bearer.redact)
        raise from_status(reply.status, problems, scope, reply.retry_after)

    async def _exchange(self, url: httpx.URL, bearer: Bearer, content: bytes) -> _Reply:
        with self._translated():
            async with (
                self._turns.take(),
                asyncio.timeout(self._timeouts.answer.total_seconds()),
                self._http.stream("POST", url, content=content, auth=_signing(bearer)) as response,
            ):
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > self._max_body_bytes:
                        size = self._max_body_bytes / MEBIBYTE
                        raise BadResponse(f"Mondoo's answer is larger than {size:g} MiB")
        server_time = http_date(response.headers.get("date"))
        return _Reply(
            response.status_code,
            body,
            server_time,
            pause(response.headers.get("retry-after"), server_time or self._clock.now()),
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what the HTTP libraries raise into the bot's errors."""
        try:
            yield
        except (httpx.HTTPError, PyreqwestError) as error:
            raise in_words(error, self._timeouts.connect, self._timeouts.read) from error
        except TimeoutError as error:
            raise Unavailable(f"Mondoo did not answer within {seconds(self._timeouts.answer)}") from error


_parsed = lru_cache(maxsize=64)(httpx.URL)


def _signing(bearer: Bearer) -> Callable[[httpx.Request], httpx.Request]:
    """A signature instead of a header to pass around, so that no frame of a traceback holds the token."""

    def sign(request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = bearer.header
        return request

    return sign
