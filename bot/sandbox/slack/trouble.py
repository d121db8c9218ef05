"""Letting planned faults happen to requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import assert_never

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.sandbox.slack.faults import Fault, FaultKind, Faults
from bot.sandbox.slack.wire import abort


class Trouble:
    """Stands between a request and its answer.

    Args:
        faults: What is planned.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._is_over = asyncio.Event()

    def end(self) -> None:
        """Ends the requests that hang on purpose, so that the server can stop."""
        self._is_over.set()

    async def answer(self, request: Request, method: str, work: Callable[[], Response]) -> Response:
        """Gives the answer to a request, or what a fault makes of it.

        Args:
            request: The request, its body read.
            method: What is called, as faults name it.
            work: Takes the request's effect and gives the answer; not called if a fault prevents it.
        """
        fault = self._faults.take(method)
        if fault is None:
            return work()
        if fault.kind is FaultKind.RATE_LIMITED:
            return rate_limited(max(1, round(fault.seconds)))
        if fault.kind is FaultKind.LATE:
            await self._pause(fault.seconds)
            return work()
        takes_effect = fault.is_accepted or fault.kind is FaultKind.DELAY
        return await self._spoil(request, fault, work() if takes_effect else Response())

    async def _spoil(self, request: Request, fault: Fault, response: Response) -> Response:
        match fault.kind:
            case FaultKind.DELAY | FaultKind.LATE:
                await self._pause(fault.seconds)
                return response
            case FaultKind.STATUS | FaultKind.RATE_LIMITED:
                return PlainTextResponse("upstream connect error", fault.status)
            case FaultKind.ERROR:
                return JSONResponse({"ok": False, "error": fault.error})
            case FaultKind.HANG:
                await self._until_the_caller_leaves(request)
                return response
            case FaultKind.RESET:
                abort(request.receive)
                await asyncio.sleep(0)
                return response
        assert_never(fault.kind)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_over.wait(), seconds)

    async def _until_the_caller_leaves(self, request: Request) -> None:
        leaving = asyncio.ensure_future(request.receive())
        ending = asyncio.ensure_future(self._is_over.wait())
        _, waiting = await asyncio.wait({leaving, ending}, return_when=asyncio.FIRST_COMPLETED)
        for future in waiting:
            future.cancel()


def rate_limited(retry_after_s: int) -> Response:
    """Gives Slack's answer to a call that came too soon."""
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers={"Retry-After": str(retry_after_s)})
