"""An answer as a table for people: a heading for each day, what happened in plain words, fit to the window."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent, Risk, last_word
from bot.domain.narration import Narration, narrate
from bot.domain.plain import plain

_RISKS: Final = {Risk.HIGH: ("high", "bold red"), Risk.MEDIUM: ("medium", "yellow"), Risk.LOW: ("", "")}
_ROOM_FOR_ACTIONS: Final = 100
"""In columns. A narrower window leaves the raw action out, since the plain words say what it does."""
_NARROWEST: Final = 40
_LONGEST: Final = 600
"""In characters. The other formats have everything; a table that one message fills is no table."""


class TableSheet:
    """A table, page by page. Its columns depend on the width alone, so that every page has the same."""

    def __init__(self, width: int, *, colours: bool) -> None:
        self._width = max(width, _NARROWEST)
        self._colours = colours
        self._day: date | None = None

    def begin(self) -> str:
        """Nothing: an answer without events has no table."""
        return ""

    def add(self, events: Iterable[AuditEvent]) -> str:
        """A row for each event, under its day."""
        sheet = io.StringIO()
        console = Console(
            file=sheet,
            width=self._width,
            force_terminal=self._colours,
            no_color=not self._colours,
            color_system="standard" if self._colours else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )
        table = self._grid()
        for event in events:
            if event.at.date() != self._day:
                console.print(table)
                table = self._grid()
                console.print(*([] if self._day is None else [""]), self._heading(event.at.date()), sep="\n")
                self._day = event.at.date()
            table.add_row(*self._row(event))
        console.print(table)
        return "".join(f"{line.rstrip()}\n" for line in sheet.getvalue().splitlines())

    def end(self, coverage: Coverage) -> str:  # noqa: ARG002 — it is said beside the table
        """Nothing."""
        return ""

    def _grid(self) -> Table:
        """An empty table whose columns have the widths of every other one."""
        actions = min(34, self._width // 4) if self._width >= _ROOM_FOR_ACTIONS else 0
        who = min(28, self._width // 5)
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=8)
        table.add_column(width=6)
        table.add_column(width=who, overflow="fold")
        table.add_column(width=self._width - 8 - 6 - who - actions - 2 * (5 if actions else 4), overflow="fold")
        if actions:
            table.add_column(width=actions, overflow="fold")
        return table

    def _heading(self, day: date) -> Text:
        return Text(f"{day:%A} {day.day} {day:%B %Y} (UTC)", style="bold")

    def _row(self, event: AuditEvent) -> list[Text]:
        told = narrate(event)
        risk, style = _RISKS[event.risk]
        row = [
            Text(f"{event.at:%H:%M:%S}", style="dim"),
            Text(risk, style=style),
            Text(plain(_cut(told.actor)), style="bold"),
            Text(plain(_sentence(told))),
        ]
        return (
            [*row, Text(plain(_cut(last_word(event.action))), style="dim")] if self._width >= _ROOM_FOR_ACTIONS else row
        )


def _sentence(told: Narration) -> str:
    """What was done, on what where that is not said by then, and what Mondoo's message adds."""
    on_what = f" · {told.object}" if told.object and told.object not in told.deed else ""
    return _cut(f"{told.deed}{on_what}{f' · {told.detail}' if told.detail else ''}")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
