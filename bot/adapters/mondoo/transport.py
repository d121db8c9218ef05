"""How requests travel to Mondoo: beneath httpx's own interface, HTTP is spoken by reqwest, in Rust.

It speaks HTTP/2 where the server does. Proxies and certificates follow the environment.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.request import getproxies_environment

import certifi
import httpx
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import DetailedPyreqwestError
from pyreqwest.proxy import ProxyBuilder
from pyreqwest.request import StreamRequest

from bot.adapters.mondoo.faults import Garbled
from bot.domain.errors import BadResponse, SettingsError, Unavailable, UpstreamError

_KEPT: Final = timedelta(seconds=30)
"""Connections that nobody uses, for so long."""
_TIMED_OUT: Final = ("operation timed out", "deadline has elapsed")
_CERTIFICATE: Final = b"-----BEGIN CERTIFICATE-----"
_READ: Final = ("content-encoding", "date", "retry-after")


def transport(connect: timedelta, silence: timedelta) -> httpx.AsyncBaseTransport:
    """What httpx is to send requests with; pages are unpacked by httpx, and redirects followed by nobody.

    Args:
        connect: How long to wait for a connection.
        silence: How long to wait for the next byte of an answer. It counts from the start, so it is longer.

    Raises:
        SettingsError: the environment names a proxy or certificates that cannot be used.
    """
    try:
        builder = ClientBuilder().connect_timeout(connect).read_timeout(silence)
        builder = builder.pool_idle_timeout(_KEPT).http2(enable=True)
        # All requests share one connection: if nothing comes from it, those after this one are to have another.
        builder = builder.http2_keep_alive_interval(silence / 2).http2_keep_alive_timeout(silence / 4)
        for off in (builder.follow_redirects, builder.gzip, builder.brotli, builder.zstd, builder.deflate):
            off(enable=False)
        return _Transport(_through_proxies(_trusting(builder)).build())
    except (ValueError, OSError, httpx.InvalidURL):
        # The cause may quote a proxy's password.
        raise SettingsError(
            "The proxy or certificate settings in the environment cannot be used",
            advice="Check HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
        ) from None


def in_words(error: Exception, connect: timedelta, silence: timedelta) -> UpstreamError:
    """What went wrong, as one of the bot's errors.

    Args:
        error: What httpx raised, or what is beneath it.
        connect: As :func:`transport` was given it.
        silence: Likewise.
    """
    if isinstance(error, httpx.DecodingError):
        return Garbled("Mondoo's answer cannot be decompressed")
    found = error.details["causes"] if isinstance(error, DetailedPyreqwestError) else None
    causes = "; ".join(cause["message"] for cause in (found or ())[1:])  # the first one quotes the URL
    if "tunnel error" in causes or "socks proxy" in causes:
        return Unavailable("The proxy does not let the bot through to Mondoo")
    if "invalid peer certificate" in causes:
        return _untrusted(causes)
    timed_out = any(sign in causes for sign in _TIMED_OUT)
    if "(Connect)" in causes:
        return Unavailable(f"Mondoo could not be reached{f' within {seconds(connect)}' if timed_out else ''}")
    if timed_out and "keep-alive" not in causes:
        return Unavailable(f"Mondoo did not answer within {seconds(silence)}")
    return Unavailable("Mondoo's answer broke off")


def seconds(span: timedelta) -> str:
    """A time in seconds, in words."""
    count = f"{span.total_seconds():.3g}"
    return f"{count} second{'' if count == '1' else 's'}"


def _untrusted(causes: str) -> BadResponse:
    if "CaUsedAsEndEntity" in causes:
        return BadResponse(
            "Mondoo's TLS certificate is an authority's own", advice="Have the authority issue one for the server."
        )
    return BadResponse(
        "Mondoo's TLS certificate is not trusted",
        advice="If a proxy of your own opens TLS, name its authority with SSL_CERT_FILE.",
    )


class _Transport(httpx.AsyncBaseTransport):
    """What pyreqwest has for httpx, but for its errors: some are not mapped to httpx's, others wrongly."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _Exchange(
            self._client.request(request.method, str(request.url))
            .headers([header for header in request.headers.multi_items() if header[0] != "host"])  # it is added
            .body_bytes(request.content)
            .streamed_read_buffer_limit(0)  # or what nobody reads any more would be read all the same
            .build_streamed()
        )
        status, headers = await exchange.begin()
        return httpx.Response(status, headers=headers, stream=exchange)

    async def aclose(self) -> None:
        await self._client.close()
        del self._client  # its connections end with it


class _Exchange(httpx.AsyncByteStream):
    """A request and the body of its answer; one that was sent has no repr, so no frame of a traceback may hold it."""

    def __init__(self, request: StreamRequest) -> None:
        self._request = request

    async def begin(self) -> tuple[int, list[tuple[str, str]]]:
        """Send it; the answer's status, and of its headers those that are read and can be."""
        cancelled = _cancellations()
        self._answer = await self._request.__aenter__()
        if _cancellations() > cancelled:
            await self.aclose()
            raise asyncio.CancelledError
        headers: list[tuple[str, str]] = []
        for name in _READ:
            with suppress(ValueError):  # pyreqwest gives nothing out that is not ASCII
                headers += [(name, value) for value in self._answer.headers.getall(name)]
        return self._answer.status, headers

    async def __aiter__(self) -> AsyncIterator[bytes]:
        cancelled = _cancellations()
        while True:
            chunk = await self._answer.body_reader.read()
            if _cancellations() > cancelled:
                raise asyncio.CancelledError
            if chunk is None:
                return
            yield bytes(chunk)

    async def aclose(self) -> None:
        await self._request.__aexit__(None, None, None)


def _cancellations() -> int:
    """How often this task was cancelled: pyreqwest forgets a cancellation that meets the answer."""
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()


def _through_proxies(builder: ClientBuilder) -> ClientBuilder:
    """The environment's proxies, by name: what it cannot make sense of, reqwest itself would pass by in silence.

    Raises:
        ValueError: there is one.
        httpx.InvalidURL: its address is none.
    """
    named = getproxies_environment()
    builder = builder.no_proxy()
    if named.get("no") == "*":
        return builder
    for kind, proxying in (("http", ProxyBuilder.http), ("https", ProxyBuilder.https), ("all", ProxyBuilder.all)):
        if proxy := named.get(kind):
            address = proxy if "://" in proxy else f"http://{proxy}"
            httpx.Proxy(address)  # it knows which kinds there are
            builder = builder.proxy(proxying(address).no_proxy(named.get("no")))
    return builder


def _trusting(builder: ClientBuilder) -> ClientBuilder:
    """Who vouches for servers: whom the environment names, or else whom the system or Mozilla trusts.

    Raises:
        ValueError: there is no certificate in the file, which would be passed by in silence.
        OSError: there is no file.
    """
    file = os.environ.get("SSL_CERT_FILE")
    if file and _CERTIFICATE not in Path(file).read_bytes():
        raise ValueError("no certificate")
    if sys.platform == "linux" and (file or os.environ.get("SSL_CERT_DIR")):
        return builder  # where reqwest follows them by itself
    return builder.add_root_certificate_pem(Path(file or certifi.where()).read_bytes())
