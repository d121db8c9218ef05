"""A window cut into parts of about equal counts, wherever in time its events lie.

A request that begins at a moment is answered with the first page behind it, and with the count of all that lies
behind it. So asking for the page with which a part would begin tells as well how large the part before it is. Where a
part is too large, pages within it are asked for, evenly in time, or in its middle where time has been no good guide;
where it is small it is joined with the next. Such a page is not asked for again when its part is read: what an even log
costs more is the rest of each part's last page.

Counts say only where to cut; whether they are right makes no difference to what is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.adapters.mondoo.pages import Page, PageRequest
from bot.adapters.mondoo.reader import Ask
from bot.adapters.mondoo.spans import Axis, Cut, Part, Position, Span
from bot.adapters.mondoo.windows import far_end, push_down
from bot.domain.errors import UpstreamError
from bot.domain.query import Order, Window

_FEW_PAGES: Final = 4
"""A window of no more is not cut."""
_MOST_CUTS: Final = 7
"""Places to ask for at once."""
_LOPSIDED: Final = 0.75
"""The share of a span's events in one of its pieces beyond which time is no good guide to them."""
_RATHER: Final = 0.2
"""Of a part: a span is cut from 1.3 parts on, since at the end the longest is waited for."""
_PAGES_A_PART: Final = range(5, 11)
_PARTS_WANTED: Final = 16
"""In a log that is not large."""
_PARTS_SOON: Final = 32
"""A span of no more is cut into its smallest pieces at once: they are all read soon."""


@dataclass(frozen=True, slots=True)
class _Cutting:
    """A span, and its cutting where that has begun."""

    span: Span
    begun: asyncio.Task[list[_Cutting]] | None = None


class Division:
    """Cuts one window into parts, as they are needed.

    Args:
        ask: Gives pages.
        window: What to cut.
        order: In which order it is read.
        page_size: Events to ask for at once.
        near: Where the window's first event stands, with the window's first page.
        far: The place behind its last one.
    """

    def __init__(  # noqa: PLR0913 — all of it describes one window
        self, ask: Ask, window: Window, order: Order, page_size: int, *, near: Cut, far: Cut
    ) -> None:
        self._ask = ask
        self._window = window
        self._order = order
        self._page_size = page_size
        self._axis = Axis(order)
        self._whole = Span(near, far)
        pages = self._whole.count // page_size
        self._part = page_size * min(max(pages // _PARTS_WANTED, _PAGES_A_PART[0]), _PAGES_A_PART[-1])
        self._spare = _MOST_CUTS + pages // 20
        """Pages that may yet be asked for without becoming the first of a part."""
        self._begun: set[asyncio.Task[list[_Cutting]]] = set()

    async def parts(self) -> AsyncGenerator[Part]:
        """The parts, in order of reading: together they are the window. Raises nothing: what cannot be cut is one."""
        start: Cut | None = None
        count = 0
        spans = [_Cutting(self._whole)]
        try:
            while spans:
                cutting = spans.pop()
                span = cutting.span
                pieces = await (cutting.begun or self._pieces(span))
                if len(pieces) > 1:
                    spans += reversed(pieces)
                    continue
                if count and count + span.count > self._part:
                    yield self._between(start, span.near, count)
                    start, count = span.near, 0
                count += span.count
            yield self._between(start, None, count)
        finally:
            await self._give_up()

    def _between(self, near: Cut | None, far: Cut | None, events: int) -> Part:
        begin, end = (None if cut is None else cut.position for cut in (near, far))
        window = self._axis.window(self._window, begin, end)
        return Part(window, events, (near or self._whole.near).page, last=far is None)

    async def _pieces(self, span: Span) -> list[_Cutting]:
        """The span in pieces, each of which is being cut further already where all of it is to be read soon."""
        pieces = await self._cut(span)
        if len(pieces) == 1 or span.count > _PARTS_SOON * self._part:
            return [_Cutting(piece) for piece in pieces]
        return [_Cutting(piece, self._begin(piece)) for piece in pieces]

    def _begin(self, span: Span) -> asyncio.Task[list[_Cutting]]:
        task = asyncio.create_task(self._pieces(span))
        self._begun.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[list[_Cutting]]) -> None:
        self._begun.discard(task)
        if not task.cancelled():
            task.exception()  # whoever comes to its span gets it; if nobody does, it does not matter

    async def _give_up(self) -> None:
        while self._begun:  # one that is ending may have begun more
            tasks = list(self._begun)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _cut(self, span: Span) -> list[Span]:
        """The span in pieces; it alone, where it is small enough or cannot be cut."""
        length = span.far.position - span.near.begin
        parts = round(span.count / self._part + _RATHER)
        cuts = min(parts - 1, 1 if span.lopsided else _MOST_CUTS, self._spare, length - 1)
        if cuts < 1:
            return [span]
        positions = [span.near.begin + length * number // (cuts + 1) for number in range(1, cuts + 1)]
        self._spare -= cuts
        found = await asyncio.gather(*(self._look(position, span) for position in positions))
        known = [cut for cut in found if cut is not None]
        if len(known) < cuts:
            self._spare = 0
            return [span]
        ends = [span.near, *sorted(known, key=lambda cut: cut.position), span.far]
        pieces = [Span(near, far) for near, far in pairwise(ends)]
        self._spare += self._useful(pieces)
        return [Span(each.near, each.far, self._is_lopsided(each, span)) for each in pieces]

    def _useful(self, pieces: list[Span]) -> int:
        """How many of the cuts between the pieces begin a part; small neighbours are joined."""
        useful = count = 0
        for piece in pieces:
            if piece.count and count and count + piece.count > self._part:
                useful += 1
                count = 0
            count += piece.count
        return useful

    @staticmethod
    def _is_lopsided(piece: Span, whole: Span) -> bool:
        """Whether time was no good guide to a span, and is likely to be none to a piece of it.

        Where a piece begins with a long gap, it is known better now where its events lie.
        """
        gap = piece.near.begin - piece.near.position
        return piece.count > _LOPSIDED * whole.count and 2 * gap < piece.far.position - piece.near.position

    async def _look(self, position: Position, span: Span) -> Cut | None:
        """What lies behind a position; None where the server cannot be relied on to tell."""
        window = self._axis.window(self._window, position, None)
        bound = push_down(window, self._order)
        page = await _tried(self._ask, PageRequest(self._order, self._page_size, bound))
        if bound is None or page is None or not page.events or page.total is None:
            return None
        if page.total < len(page.events) or (page.total > len(page.events) and not page.more):
            return None
        begin = max(position, min(self._axis.begin_of(page.events[0]), span.far.position - 1))
        return Cut(position, begin, min(max(page.total, span.far.beyond), span.near.beyond), page)


async def divided(ask: Ask, window: Window, order: Order, page_size: int, first: Page) -> Division | None:
    """How to cut a window; None where it is small, or the server cannot be relied on to tell.

    Args:
        ask: Gives pages.
        window: What to cut.
        order: In which order it is read.
        page_size: Events to ask for at once.
        first: The window's first page.
    """
    few = _FEW_PAGES * page_size
    if first.total is None or first.total <= few or not first.events:
        return None
    backwards = Order.NEWEST_FIRST if order is Order.OLDEST_FIRST else Order.OLDEST_FIRST
    end = far_end(window, order)
    asked = [PageRequest(backwards, 1, push_down(window, backwards))]
    if end is not None:
        asked.append(PageRequest(order, 1, end))
    last, *behind = await asyncio.gather(*(_tried(ask, request) for request in asked))
    if last is None or not last.events or None in behind:
        return None
    beyond = sum(page.total or 0 for page in behind if page is not None)
    near_end_is_open = (window.since if order is Order.OLDEST_FIRST else window.until) is None
    axis = Axis(order)
    begin, stop = axis.begin_of(first.events[0]), axis.begin_of(last.events[0]) + 1
    near = Cut(begin, begin, first.total + (beyond if near_end_is_open else 0), first)
    far = Cut(stop, stop, beyond)
    if near.beyond - far.beyond <= few:
        return None
    return Division(ask, window, order, page_size, near=near, far=far)


async def _tried(ask: Ask, request: PageRequest) -> Page | None:
    """The page; None where it cannot be had, or is not what was asked for."""
    try:
        page = await ask(request)
    except UpstreamError:  # whether the log can be read is found out by reading it
        return None
    lies = request.bound is not None and any(request.bound.violated_by(event.at) for event in page.events)
    return None if lies else page
