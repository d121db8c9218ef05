"""Words for the person at the terminal, on stderr: how far reading is, and whatever else there is to say."""

from __future__ import annotations

import shutil
import sys
from typing import Final, TextIO

from bot.domain.coverage import Coverage
from bot.domain.plain import plain

_ERASE: Final = "\r\x1b[2K"
_BAR: Final = 24
"""In columns."""


class Progress:
    """A bar on a terminal that is gone before anything else is written; no terminal, no bar."""

    def __init__(self, limit: int | None = None, stream: TextIO | None = None) -> None:
        self._limit = limit
        self._stream = stream or sys.stderr
        self._visible = self._stream.isatty()
        self._bar = ""

    def show(self, coverage: Coverage) -> None:
        """Draw the bar."""
        if self._visible:
            width = shutil.get_terminal_size().columns
            self._bar = f"Reading {_drawn(_part(coverage, self._limit))}{_counts(coverage)}"[: width - 1]
            self._write(f"{_ERASE}{self._bar}")

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar:
            self._bar = ""
            self._write(_ERASE)

    def say(self, *lines: str) -> None:
        """Write lines of words, above the bar if there is one. Nothing in them steers the terminal."""
        bar = self._bar
        self.clear()
        self._write("".join(f"{plain(line)}\n" for line in lines if line))
        if bar:
            self._bar = bar
            self._write(bar)

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # nobody listens: the exit status says the rest
            self._visible, self._bar = False, ""


def _part(coverage: Coverage, limit: int | None) -> float | None:
    """How much of the reading is done, from 0 to 1; None where nobody knows."""
    parts = []
    if coverage.pages_total:
        parts.append(coverage.pages / coverage.pages_total)
    if limit:
        parts.append(coverage.matched / limit)
    return min(max(parts), 1.0) if parts else None


def _drawn(part: float | None) -> str:
    if part is None:
        return "… "
    done = round(part * _BAR)
    return f"{'━' * done}{'─' * (_BAR - done)} "


def _counts(coverage: Coverage) -> str:
    if not coverage.pages:
        return ""
    pages = f"page {coverage.pages:,}" + (f" of {coverage.pages_total:,}" if coverage.pages_total else "")
    total = f" of {max(coverage.total, coverage.events):,}" if coverage.total is not None else ""
    found = f", {coverage.matched:,} found" if coverage.filtered else ""
    return f"{pages} · {coverage.events:,}{total} events{found}"
