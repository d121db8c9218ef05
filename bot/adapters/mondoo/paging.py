"""What to ask next, and what of an answer is new: how a window is read completely and without repeats.

What may happen between two requests: events arrive, at the top or late; the oldest are pruned; cursors turn out to be
offsets into a list that shifts; events of one second are shuffled. What is known: one answer is consistent in itself,
and events have seconds for times and no identity.

So pages overlap. A page is continued not from its last event but from the last one before its last second. The next
page shows that second from its start, and its events are counted: those beyond what was passed before are new. The
overlap also proves that nothing was skipped. Where it is missing, or the server refuses such a cursor, reading goes on
at that second by means of the time filter, which overlaps in the same way.

Only a second that fills a whole page has to be continued from within. There an event that was seen before is a twin if
the log's count has not changed, and otherwise a reason to begin that second again. If ties are shuffled at each request
as well, twins and repeats cannot be told apart; there a second that fills a page together with its neighbour is read as
if its order were stable. So is a log that does not count itself.

The server's time filter saves requests and is not trusted: an answer outside it, or an empty one while the log does
hold such an event, makes the rest of the reading go without.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, assert_never

from bot.adapters.mondoo.chain import Chain, Verdict
from bot.adapters.mondoo.frontier import Frontier, Sifted, ordered
from bot.adapters.mondoo.pages import Bound, Operator, Page, PageRequest
from bot.adapters.mondoo.windows import count_fits, events_inside, is_past, push_down
from bot.domain.errors import BadResponse, UpstreamError
from bot.domain.query import Order, Window
from bot.ports import LogPage

MOST_DOUBTS: Final = 5
"""How often in a row an answer may be odd before reading is given up."""
MOST_ASTRAY: Final = 1000
"""Events that a log which does not count itself may show again beyond twice those read: what arrived meanwhile."""

_NOTHING: Final = Page([], [], 0, None, more=False)


class Reading:
    """One read of a window, without I/O: ``request`` says what to ask, ``take`` what the answer gives.

    Args:
        window: What to read.
        order: In which order.
        page_size: How many events to ask for at once.
        proven: The operators that this server's filter is known to obey; added to.
    """

    def __init__(self, window: Window, order: Order, page_size: int, proven: set[Operator]) -> None:
        self._window = window
        self._order = order
        self._page_size = page_size
        self._proven = proven
        self._frontier = Frontier(order)
        self._filter_obeyed = True
        self._edge_cursors_work = True
        self._probe: Bound | None = None
        self._doubts = 0
        self._given = 0
        self._passed = 0
        self._total: int | None = None
        self._counts_window = count_fits(window)
        self._chain = self._from_the_top()

    @property
    def request(self) -> PageRequest:
        """What to ask next."""
        if self._probe is not None:
            newest = self._probe.operator is Operator.AFTER
            return PageRequest(Order.NEWEST_FIRST if newest else Order.OLDEST_FIRST, first=1)
        return PageRequest(self._order, self._page_size, self._chain.bound, self._chain.cursor)

    def refuse(self, error: UpstreamError) -> None:
        """Take it that the request was refused.

        Raises:
            UpstreamError: the error itself, unless the cursor may be to blame.
        """
        if self._chain.cursor is None or self._probe is not None:
            raise error
        self._mistrust_cursor()
        self._begin_again()

    def take(self, page: Page) -> LogPage | None:
        """The part of an answer that is in the window and was not given before; None if it tells nothing yet.

        Raises:
            BadResponse: the answers make no sense, and asking again did not help.
        """
        if self._probe is not None:
            verdict = self._judge_probe(self._probe, page)
            self._probe, page = None, _NOTHING
        else:
            page = ordered(page, self._order)
            verdict = self._judge(page) if page.events else self._judge_empty(page)
        match verdict:
            case Verdict.GOOD:
                return self._accept(page)
            case Verdict.ODD:
                self._mistrust_cursor()
                self._begin_again()
            case Verdict.PRUNED:
                self._begin_again()
            case Verdict.UNFILTERED:
                self._filter_obeyed = False
                self._counts_window = self._window == Window()
                self._chain = Chain(None)
            case Verdict.UNPROVEN:
                self._probe = self._chain.bound
            case _:
                assert_never(verdict)
        return None

    def _judge(self, page: Page) -> Verdict:
        """Whether anything can have been skipped, or seen twice, between this page and what was passed before."""
        chain, frontier = self._chain, self._frontier
        first, last = page.events[0], page.events[-1]
        if chain.bound is not None:
            if chain.bound.violated_by(first.at) or chain.bound.violated_by(last.at):
                return Verdict.UNFILTERED
            self._proven.add(chain.bound.operator)
        sifted = self._sift(page)
        if chain.cursor is not None and self._has_shrunk(page):
            return Verdict.PRUNED
        if self._circles(page, sifted):
            return Verdict.ODD
        if self._is_within():
            chain.steady = chain.steady and page.total == chain.total
            repeats = any(sifted.seen[event] > before for event, before in chain.seen.items())
            counted = page.total is None or sifted.seen.total() <= page.total
            fits = counted and not frontier.is_after(first) and (chain.steady or not repeats)
            return Verdict.GOOD if fits else Verdict.ODD
        passes = bool(sifted.beyond) or not page.more
        if chain.awaiting:
            return Verdict.UNFILTERED if passes and not sifted.seen else Verdict.GOOD
        skipped = chain.cursor is not None and passes and not frontier.passed <= sifted.seen
        return Verdict.ODD if skipped else Verdict.GOOD

    def _circles(self, page: Page, sifted: Sifted) -> bool:
        """Whether the chain has shown more events without a new one than the log has."""
        self._chain.idle = 0 if sifted.fresh or sifted.beyond else self._chain.idle + len(page.events)
        return self._chain.idle > (2 * self._passed + MOST_ASTRAY if page.total is None else page.total)

    def _has_shrunk(self, page: Page) -> bool:
        """Whether the log holds less than before, as far as it is counted."""
        before = self._chain.total
        return page.total is not None and before is not None and page.total < before

    def _judge_empty(self, page: Page) -> Verdict:
        chain = self._chain
        if page.more:
            return Verdict.ODD
        if chain.awaiting:
            return Verdict.UNFILTERED
        if self._frontier.place is not None:
            return Verdict.GOOD if self._is_within() and not self._has_shrunk(page) else Verdict.ODD
        if chain.bound is not None and (page.total or chain.bound.operator not in self._proven):
            return Verdict.UNPROVEN
        return Verdict.ODD if page.total else Verdict.GOOD

    def _judge_probe(self, bound: Bound, page: Page) -> Verdict:
        """Judge an empty answer by the one event of the log that was most likely to be in it."""
        if not page.events:
            return Verdict.ODD if page.total or page.more else Verdict.GOOD
        at = page.events[0].at
        if bound.holds(at):
            # It may have arrived just now: ask once more before thinking ill of the filter.
            return Verdict.UNFILTERED if self._doubts else Verdict.ODD
        if bound.violated_by(at):
            self._proven.add(bound.operator)
        return Verdict.GOOD

    def _accept(self, page: Page) -> LogPage:
        sifted = self._sift(page)
        new = sifted.fresh + sifted.beyond
        inside = events_inside(self._window, new)
        if new:
            self._doubts = 0
        if self._chain.bound is not None and len(inside) < len(new):
            self._counts_window = False
        if self._counts_window and not self._chain.at_frontier:
            self._total = page.total
        self._given += len(inside)
        self._passed += len(new)
        self._frontier.pass_over(sifted)
        last = not page.more or is_past(self._window, self._order, page.events[-1].at)
        if not last:
            self._go_on(page, sifted)
        return LogPage(tuple(inside), self._total if self._counts_window else None, last)

    def _go_on(self, page: Page, sifted: Sifted) -> None:
        """Choose how to continue after a page that was accepted."""
        chain, frontier = self._chain, self._frontier
        chain.total = page.total
        start = frontier.start_of_last_second(page.events)
        end = frontier.place_of(page.events[-1])
        chain.awaiting = chain.awaiting and end != frontier.place
        if start and end == frontier.place:
            link, bound = page.cursors[start - 1], frontier.bound()
            if self._edge_cursors_work and link and link not in {chain.cursor, page.cursor}:
                chain.cursor, chain.overlaps = link, True
                chain.last = frontier.place_of(page.events[start - 1])
                return
            if self._filter_obeyed and bound is not None and bound != chain.bound:
                self._chain = Chain(bound, at_frontier=True, awaiting=True)
                return
        if not page.cursor or page.cursor == chain.cursor:
            self._begin_again()
            return
        chain.steady = chain.steady or not self._is_within()
        chain.seen = Counter(frontier.passed) if sifted.beyond else sifted.seen
        chain.cursor, chain.overlaps, chain.last = page.cursor, False, end

    def _begin_again(self) -> None:
        """Begin a new chain at the frontier: something about the last answer was odd."""
        self._doubts += 1
        if self._doubts > MOST_DOUBTS:
            raise BadResponse(f"Mondoo's pages do not advance after {self._given:,} events")
        bound = self._frontier.bound() if self._filter_obeyed else None
        self._chain = self._from_the_top() if bound is None else Chain(bound, at_frontier=True, awaiting=True)

    def _mistrust_cursor(self) -> None:
        """Use the cursors of edges no more, if it was one that led to an odd answer."""
        if self._chain.overlaps:
            self._edge_cursors_work = False

    def _sift(self, page: Page) -> Sifted:
        return self._frontier.sift(page.events, self._chain.seen if self._is_within() else Counter())

    def _is_within(self) -> bool:
        """Whether the chain goes on from within the frontier's second, rather than from before it."""
        return self._chain.cursor is not None and self._chain.last == self._frontier.place

    def _from_the_top(self) -> Chain:
        return Chain(push_down(self._window, self._order) if self._filter_obeyed else None)
