"""Mondoo's audit logs as the bot's port wants them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.faults import Garbled
from bot.adapters.mondoo.pages import Operator, Page, PageRequest, PageSource
from bot.adapters.mondoo.paging import Reading
from bot.adapters.mondoo.windows import beyond, push_down
from bot.domain.errors import BadResponse, NotPermitted, UpstreamError
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.ports import LogPage

Ask = Callable[[PageRequest], Coroutine[Any, Any, Page]]
"""Gives pages of one log, or raises an UpstreamError."""
LARGEST_PAGE = 100
"""Source: https://github.com/mondoohq/splunk-app"""


class MondooAuditLog:
    """Mondoo's audit logs, to read; fulfils :class:`~bot.ports.AuditLog`.

    Args:
        pages: Where pages come from.
        endpoint_of: Whom to ask for a scope, and as whom. What it raises, the reader of that scope gets.
        page_size: Events to ask for at once, 1 to 100.

    Raises:
        ValueError: the page size is out of range.
    """

    def __init__(
        self, pages: PageSource, endpoint_of: Callable[[Scope], Endpoint], *, page_size: int = LARGEST_PAGE
    ) -> None:
        if not 1 <= page_size <= LARGEST_PAGE:
            raise ValueError(f"a page holds 1 to {LARGEST_PAGE} events")
        self._pages = pages
        self._endpoint_of = endpoint_of
        self._page_size = page_size
        self._proven: defaultdict[str, set[Operator]] = defaultdict(set)

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        """The window of a log, page by page as they arrive, the last one marked.

        Complete and free of repeats even while events arrive; a page may be empty. Memory stays flat: nothing is kept
        but the events of one second. Stopping early leaves no request behind.

        Raises:
            UpstreamError: reading cannot go on; the pages given until then are good.
            BotError: there is no endpoint for the scope.
        """
        endpoint = self._endpoint_of(scope)

        async def ask(request: PageRequest) -> Page:
            return await self._pages.page(endpoint, scope, request)

        whole = pages_of(ask, window, order, self._page_size, self._proven[endpoint.url])
        async with aclosing(whole) as pages:
            async for page in pages:
                yield page


async def pages_of(  # noqa: PLR0913 — all of it describes one read
    ask: Ask, window: Window, order: Order, page_size: int, proven: set[Operator], *, counted: bool = True
) -> AsyncGenerator[LogPage]:
    """The window of one log, page by page: the one way in which a log is read.

    Args:
        ask: Gives pages of that log.
        window: What to read.
        order: In which order.
        page_size: Events to ask for at once.
        proven: The operators that the server's filter is known to obey; added to.
        counted: Whether the events of a window with two ends are worth a request to count them.

    Raises:
        UpstreamError: reading cannot go on; the pages given until then are good.
    """
    reading = Reading(window, order, page_size, proven)
    first, total = True, None
    while True:
        request = reading.request
        try:
            answer = await ask(request)
        except Garbled:
            raise
        except (BadResponse, NotPermitted) as error:
            reading.refuse(error)
            continue
        page = reading.take(answer)
        if page is None:
            continue
        if counted and first and not page.last and request == PageRequest(order, page_size, push_down(window, order)):
            total = await count(ask, window, order, answer)
        first = False
        yield page if page.total is not None else replace(page, total=total)
        if page.last:
            return


async def count(ask: Ask, window: Window, order: Order, first: Page) -> int | None:
    """How many events a window with two ends holds; None where that cannot be told.

    Args:
        ask: Gives pages of the log.
        window: The window.
        order: In which order it is read.
        first: Its first page, which counts what lies beyond the far end as well.
    """
    bound = beyond(window, order)
    if bound is None or first.total is None:
        return None
    try:
        answer = await ask(PageRequest(order, first=1, bound=bound))
    except UpstreamError:  # the events themselves do not depend on it
        return None
    if answer.total is None or any(bound.violated_by(event.at) for event in answer.events):
        return None
    return max(first.total - answer.total, sum(event.at in window for event in first.events))
