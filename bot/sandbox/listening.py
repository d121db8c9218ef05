"""The sandbox's port: taken before anything else starts, and served until the end."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.sandbox.errors import AddressError, PortTakenError
from bot.sandbox.mondoo import LentTransportProtocol
from bot.sandbox.slack import UVICORN_OPTIONS

_LAST_REQUESTS_S = 1


def listen(host: str, port: int) -> socket.socket:
    """Gives a socket that listens already, on a free port if `port` is 0.

    Raises:
        PortTakenError: Somebody else listens there.
        AddressError: The address is none of this machine's, or not for ordinary users.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port) from error
        raise AddressError(host, port, error.strerror or str(error)) from error


def address_of(listener: socket.socket) -> str:
    """Gives the address under which this machine reaches a listener, such as `http://127.0.0.1:8080`."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 — it is compared with, not bound to
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104 — likewise
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serves an application on a socket, and at the end lets go of every connection."""
    server = _Server(
        uvicorn.Config(
            app,
            http=LentTransportProtocol,
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            **{**UVICORN_OPTIONS, "timeout_graceful_shutdown": _LAST_REQUESTS_S},
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await server.is_up.wait()
        yield
    finally:
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """uvicorn as a part of a program: it leaves the signals alone, and tells when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
