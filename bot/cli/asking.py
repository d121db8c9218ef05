"""One question being answered in the terminal: pages in, data out, words beside."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from bot.cli.output import CannotWrite, Output, ReaderGone
from bot.cli.progress import Progress
from bot.cli.sheets import Sheet
from bot.cli.words import Exit
from bot.domain.coverage import Coverage
from bot.domain.query import AuditQuery
from bot.ports import AuditLog
from bot.services.search import search

DEFAULT_LIMIT: Final = 100
"""Of the events that match, where the command does not say."""


class Asking:
    """Reads as much as there is, writes it down as it comes, and says how complete it is."""

    def __init__(self, query: AuditQuery, target: Output, sheet: Sheet, progress: Progress) -> None:
        self._query = query
        self._target = target
        self._sheet = sheet
        self._progress = progress
        self._coverage = Coverage(query.window, filtered=bool(query.filters))
        self._interrupted: Exit | None = None

    @property
    def wants_all(self) -> bool:
        """Whether the question has no limit."""
        return self._query.limit is None

    def terminate(self, task: asyncio.Task[object] | None) -> None:
        """Stop reading, because somebody wants the process to end."""
        self._interrupted = Exit.TERMINATED
        if task is not None:
            task.cancel()

    async def read(self, log: AuditLog, page_size: int) -> Exit:
        """Read to the end, or as far as that goes, and return how it went.

        Raises:
            BotError: nothing can be read or written.
        """
        try:
            try:
                await self._copy(log, page_size)
            except asyncio.CancelledError:
                self._interrupted = self._interrupted or Exit.INTERRUPTED
                self._coverage = replace(self._coverage, stopped="it was interrupted", advice="")
            return self._conclude()
        except ReaderGone:
            self._target.abandon(partial=False)
            return Exit.COMPLETE
        except CannotWrite:
            raise
        except BaseException:
            self._target.abandon(partial=False)
            raise

    async def _copy(self, log: AuditLog, page_size: int) -> None:
        self._progress.show(self._coverage)
        async with aclosing(search(log, self._query, page_size=page_size)) as batches:
            async for batch in batches:
                begins = self._coverage.pages == 0
                self._coverage = batch.coverage
                if self._coverage.failed:
                    return
                text = (self._sheet.begin() if begins else "") + self._sheet.add(batch.events)
                if text:
                    self._progress.clear()
                    self._target.write(text)
                self._progress.show(self._coverage)

    def _conclude(self) -> Exit:
        coverage = self._coverage
        self._progress.clear()
        if not coverage.failed:
            self._target.write(self._sheet.end(coverage))
        if coverage.complete:
            place = self._target.finish()
            self._progress.say(_summary(coverage), f"It is in {place}." if place else "")
            return Exit.COMPLETE
        place = self._target.abandon(partial=not coverage.failed)
        self._progress.say(_summary(coverage), coverage.advice, f"What was read is in {place}." if place else "")
        if self._interrupted is not None:
            return self._interrupted
        return Exit.FAILED if coverage.failed else Exit.PARTIAL


def _summary(coverage: Coverage) -> str:
    """The coverage line; where the default limit ended reading, how to get the rest."""
    sentence = coverage.describe(1, coverage.matched)
    more = coverage.limited and coverage.matched == DEFAULT_LIMIT
    sentence += "; limit=all reads everything" if more else ""
    return f"{sentence[0].upper()}{sentence[1:]}."
