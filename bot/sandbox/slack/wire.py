"""The wire below HTTP, to break it on purpose."""

from __future__ import annotations

from starlette.types import Receive


class UnbreakableError(RuntimeError):
    """The server does not let its connections be broken: it is not uvicorn, or wraps what it hands on."""


def abort(receive: Receive) -> None:
    """Breaks the connection that a request or WebSocket came over, without a word to the other side.

    Uvicorn hands out `receive` as a method of the object that holds the connection's transport; ASGI
    itself has no way to drop a connection.

    Raises:
        UnbreakableError: There is no transport to be found.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        raise UnbreakableError("no transport behind this connection")
    transport.abort()
