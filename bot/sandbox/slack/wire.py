"""The wire below HTTP, to break it on purpose."""

from __future__ import annotations

import socket
import struct
from typing import Final

from starlette.types import Receive

_NO_LINGERING: Final = struct.pack("ii", 1, 0)


class UnbreakableError(RuntimeError):
    """The server does not let its connections be broken: it is not uvicorn, or wraps what it hands on."""


def abort(receive: Receive) -> None:
    """Resets the connection that a request or WebSocket came over: the other side sees `ECONNRESET`.

    Uvicorn hands out `receive` as a method of the object that holds the connection's transport; ASGI
    itself has no way to drop a connection.

    Raises:
        UnbreakableError: There is no transport to be found.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise UnbreakableError("no transport behind this connection")
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
    transport.abort()
