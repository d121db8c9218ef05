"""How much of an answer is known, in figures and in words: what every answer says about itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.query import Window


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a question's answer is known."""

    window: Window
    filtered: bool = False
    """Whether the question wants only some of the window's events."""
    pages: int = 0
    """Pages read from Mondoo."""
    pages_total: int | None = None
    """Pages of the window, as far as Mondoo's count tells; None where it does not."""
    events: int = 0
    """Events of the window read, whether wanted or not."""
    matched: int = 0
    """Events read that the question wants."""
    total: int | None = None
    """Events in the window as Mondoo counts them; None where it has not said, or counts something else."""
    exhausted: bool = False
    """Whether the window was read to its end."""
    limited: bool = False
    """Whether reading ended because the question's own limit was reached."""
    stopped: str = ""
    """Why reading ended early, as a clause ("Mondoo answered 503"); empty where it did not."""
    advice: str = ""
    """What to do about it."""

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for is known."""
        return not self.stopped and (self.exhausted or self.limited)

    @property
    def failed(self) -> bool:
        """Whether nothing is known at all: this must never look like an empty log."""
        return bool(self.stopped) and self.pages == 0

    def describe(self, first: int, last: int) -> str:
        """The coverage line of an answer that shows its events from number ``first`` to ``last``, counted from 1.

        ``last`` is 0 where it shows none. Examples: "1–10 of 36, all read", "1–10 of ?, stopped after 3 of ? pages:
        Mondoo answered 503".
        """
        if self.failed:
            return f"nothing could be read: {self.stopped}"
        shown = f"{first:,}–{last:,} of {self._count()}" if last else self._none()
        return f"{shown}, {self._state()}"

    def _count(self) -> str:
        """How many events the whole answer has, as far as is known."""
        if self.exhausted or self.limited:
            return f"{self.matched:,}" + (" that match" if self.filtered else "")
        if self.filtered:
            return f"at least {self.matched:,} that match"
        return "?" if self.total is None else f"{max(self.total, self.matched):,}"

    def _none(self) -> str:
        if self.events == 0:
            return "no events" if self.complete else "no events yet"
        return f"none of {self.events:,} events matches" if self.filtered else "no more events"

    def _state(self) -> str:
        if self.stopped:
            return f"stopped after {self.pages:,} of {_or_unknown(self.pages_total)} pages: {self.stopped}"
        if self.limited:
            seen = "" if self.total is None else f"; {max(self.total, self.events):,} in the window"
            return f"limited as asked{seen}"
        if self.exhausted:
            return f"all {self.events:,} events read" if self.filtered and self.events else "all read"
        return f"{self.events:,} of {_or_unknown(self.total)} read so far"


def _or_unknown(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
