"""Mondoo's audit logs, a whole window at a time: cut into parts that are read side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any, Final

from bot.adapters.mondoo.division import Division, divided
from bot.adapters.mondoo.endpoints import Endpoint
from bot.adapters.mondoo.lanes import side_by_side
from bot.adapters.mondoo.pace import Pace
from bot.adapters.mondoo.pages import Operator, Page, PageRequest, PageSource
from bot.adapters.mondoo.paging import Reading
from bot.adapters.mondoo.reader import LARGEST_PAGE, Ask, MondooAuditLog, count, pages_of
from bot.adapters.mondoo.spans import Part
from bot.adapters.mondoo.windows import push_down
from bot.domain.query import Order, Window
from bot.domain.scopes import Scope
from bot.ports import LogPage

PARTS_AT_ONCE: Final = 32
_PAGES_HELD: Final = 16
"""Of each part, at most: with 32 parts, some 50,000 events at the very most wait for those before them."""

Paces = defaultdict[str, Pace]
"""How much each server bears at once, by its address."""

_AskInTurn = Callable[[PageRequest, float], Coroutine[Any, Any, Page]]
"""The same as :data:`~bot.adapters.mondoo.reader.Ask`, with how many pages can only be asked for after this one."""


class ParallelAuditLog(MondooAuditLog):
    """Mondoo's audit logs, to read completely.

    It gives what :class:`~bot.adapters.mondoo.reader.MondooAuditLog` gives, several times faster where the way to
    Mondoo is long, for at most a sixth more requests. It reads ahead of whoever takes the pages, so it is not for
    those who may stop early. A window that fits on its first page costs that one request, which waits for nobody.

    Args:
        pages: Where pages come from.
        endpoint_of: Whom to ask for a scope, and as whom. What it raises, the reader of that scope gets.
        page_size: Events to ask for at once, 1 to 100.
        abreast: How many parts of one window to read at once at most, which bounds what is held of it.
        paces: How many requests each server bears at once: for all who share this, together.
    """

    def __init__(
        self,
        pages: PageSource,
        endpoint_of: Callable[[Scope], Endpoint],
        *,
        page_size: int = LARGEST_PAGE,
        abreast: int = PARTS_AT_ONCE,
        paces: Paces | None = None,
    ) -> None:
        super().__init__(pages, endpoint_of, page_size=page_size)
        self._abreast = abreast
        self._paces = Paces(Pace) if paces is None else paces

    async def read(self, scope: Scope, window: Window, order: Order) -> AsyncGenerator[LogPage]:
        """The window of a log, page by page in order, the last one marked.

        Complete and free of repeats even while events arrive; a page may be empty. Stopping early leaves no request
        behind.

        Raises:
            UpstreamError: reading cannot go on; the pages given until then are good.
            BotError: there is no endpoint for the scope.
        """
        endpoint = self._endpoint_of(scope)
        pace, proven = self._paces[endpoint.url], self._proven[endpoint.url]

        async def ask(request: PageRequest, following: float = inf) -> Page:
            return await pace.keep(partial(self._pages.page, endpoint, scope, request), following=following)

        request = PageRequest(order, self._page_size, push_down(window, order))
        first = await self._pages.page(endpoint, scope, request)
        begun = Reading(window, order, self._page_size, proven).take(first)
        division = None
        if begun is not None and not begun.last:
            division = await divided(ask, window, order, self._page_size, first)
        if begun is None or division is None:
            pages = pages_of(_at_hand(ask, request, first), window, order, self._page_size, proven)
        else:
            total = await count(ask, window, order, first) if begun.total is None else begun.total
            read = partial(self._part, ask, order, proven, total)
            pages = side_by_side(_each(division, read), abreast=self._abreast, ahead=_PAGES_HELD)
        async with aclosing(pages):
            async for page in pages:
                yield page

    async def _part(
        self, ask: _AskInTurn, order: Order, proven: set[Operator], total: int | None, part: Part
    ) -> AsyncGenerator[LogPage]:
        """The pages of a part as pages of the whole."""
        following = part.events / self._page_size

        async def in_turn(request: PageRequest) -> Page:
            nonlocal following
            following -= 1
            return await ask(request, following)

        source: Ask = in_turn
        if part.page is not None:
            source = _at_hand(in_turn, PageRequest(order, self._page_size, push_down(part.window, order)), part.page)
        async with aclosing(pages_of(source, part.window, order, self._page_size, proven, counted=False)) as pages:
            async for page in pages:
                yield replace(page, total=total, last=page.last and part.last)


async def _each(
    division: Division, read: Callable[[Part], AsyncGenerator[LogPage]]
) -> AsyncGenerator[AsyncGenerator[LogPage]]:
    async with aclosing(division.parts()) as parts:
        async for part in parts:
            yield read(part)


def _at_hand(ask: Ask, request: PageRequest, page: Page) -> Ask:
    """Asking, but for one request whose answer is at hand already: it is given once."""
    hand = [page]

    async def asked(wanted: PageRequest) -> Page:
        return hand.pop() if hand and wanted == request else await ask(wanted)

    return asked
