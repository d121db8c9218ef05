"""Mondoo's audit logs as the bot's port wants them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.faults import Garbled
from bot.adapters.mondoo.pages import Operator, PageRequest, PageSource
from bot.adapters.mondoo.paging import Reading
from bot.adapters.mondoo.windows import beyond, push_down
from bot.domain.errors import BadResponse, NotPermitted, UpstreamError
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.ports import LogPage

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
        reading = Reading(window, order, self._page_size, self._proven[endpoint.url])
        first, count = True, None
        while True:
            request = reading.request
            try:
                answer = await self._pages.page(endpoint, scope, request)
            except Garbled:
                raise
            except (BadResponse, NotPermitted) as error:
                reading.refuse(error)
                continue
            page = reading.take(answer)
            if page is None:
                continue
            whole = PageRequest(order, self._page_size, push_down(window, order))
            if first and not page.last and request == whole and (total := answer.total) is not None:
                beside = await self._count_beyond(endpoint, scope, window, order)
                count = None if beside is None else max(total - beside, len(page.events))
            first = False
            yield page if page.total is not None else replace(page, total=count)
            if page.last:
                return

    async def _count_beyond(self, endpoint: Endpoint, scope: Scope, window: Window, order: Order) -> int | None:
        """How many events lie beyond the far end of a two-sided window; None where that cannot be told."""
        bound = beyond(window, order)
        if bound is None:
            return None
        try:
            answer = await self._pages.page(endpoint, scope, PageRequest(order, first=1, bound=bound))
        except UpstreamError:  # the events themselves do not depend on it
            return None
        obeyed = not any(bound.violated_by(event.at) for event in answer.events)
        return answer.total if obeyed else None
