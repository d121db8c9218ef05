"""Write the answer to a question down, whole, in a form for files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from bot.domain.coverage import Coverage
from bot.domain.exports import heading, lines
from bot.domain.formats import FileFormat
from bot.domain.query import AuditQuery
from bot.ports import AuditLog
from bot.services.search import PAGE_SIZE, search

MOST_BYTES = 500_000_000
"""Of a file; Slack takes one gigabyte. Source: https://slack.com/help/articles/201330736"""


class Sheet(Protocol):
    """Where an export is written."""

    def write(self, content: bytes, /) -> object:
        """Write all of it after what was written before."""


Progress = Callable[[Coverage], Awaitable[None]]
"""Is told after each page how far reading has come."""


async def export(  # noqa: PLR0913 — what, how, where to, and bounds that have defaults
    log: AuditLog,
    query: AuditQuery,
    form: FileFormat,
    sheet: Sheet,
    progress: Progress,
    *,
    page_size: int = PAGE_SIZE,
    most_bytes: int = MOST_BYTES,
) -> Coverage:
    """How much of the answer was written to the sheet, page by page: no more than one is ever in memory.

    Reading that fails does not raise: the coverage says where it stopped and why, and what was written is good. Nothing
    is written of an answer that could not be read at all.
    """
    coverage = Coverage(query.window, filtered=bool(query.filters))
    written = 0
    async with aclosing(search(log, query, page_size=page_size)) as batches:
        async for batch in batches:
            if batch.coverage.failed:
                return batch.coverage
            text = (heading(form) if coverage.pages == 0 else "") + lines(form, batch.events)
            # Halves of characters have no place in UTF-8.
            content = text.encode("utf-8", "backslashreplace")
            if written + len(content) > most_bytes:
                return replace(
                    coverage,
                    stopped=f"a file holds {most_bytes:,} bytes at the most",
                    advice="Export shorter windows one after the other, or use the command line, which has no bound.",
                )
            sheet.write(content)
            written += len(content)
            coverage = batch.coverage
            await progress(coverage)
    return coverage
