"""Events as a table: one that sorts and filters, a plain one, and last a list.

Sources: https://docs.slack.dev/reference/block-kit/blocks/data-table-block,
https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.slack import ids
from bot.adapters.slack.text import shown, width
from bot.adapters.slack.views.blocks import Json, context, header, message
from bot.adapters.slack.views.entries import DOT, RISKS, named
from bot.adapters.slack.views.results import Page, asked, warnings
from bot.adapters.slack.views.rows import row
from bot.adapters.slack.views.times import local
from bot.domain.events import AuditEvent
from bot.domain.narration import narrate
from bot.domain.zones import zone_or_utc

ROWS: Final = 200
_PLAIN_ROWS: Final = 99
_CHARACTERS: Final = 9_000
"""Of all cells; Slack takes 20,000 in one kind of table and 10,000 in the other, and a message has a budget besides."""
_PAGE: Final = 10
_COLUMNS: Final = (("Time", 19), ("Risk", 6), ("Actor", 30), ("What happened", 70), ("Message", 60), ("From", 39))
_LISTED: Final = 15


def forms(page: Page, *, alias: str | None, zone: str, back: int) -> tuple[Json, ...]:
    """The page as a message in three forms, the richest first; each shows as many of the events as it holds.

    Args:
        page: up to 200 events.
        alias: the scope's name in the settings, if it has one.
        zone: the reader's IANA time zone.
        back: the number of the list's page that the way back leads to.
    """
    rows = _rows(page.events, zone_or_utc(zone))
    heading = [column for column, _ in _COLUMNS]
    caption = f"Audit log of {alias or page.query.scope.id}"
    sortable: Json = {
        "type": "data_table",
        "caption": shown(caption, 150),
        "page_size": _PAGE,
        "rows": [_cells(cells) for cells in (heading, *rows)],
    }
    still: Json = {"type": "table", "rows": [_cells(cells) for cells in (heading, *rows[:_PLAIN_ROWS])]}
    listed: list[Json] = [
        {"type": "rich_text", "elements": [named(event, zone_or_utc(zone))]} for event in page.events[:_LISTED]
    ]
    plain = _around(page, listed, len(listed), alias, zone, back)
    if not rows:
        return (plain,)
    return (
        _around(page, [sortable], len(rows), alias, zone, back),
        _around(page, [still], min(len(rows), _PLAIN_ROWS), alias, zone, back),
        plain,
    )


def _around(  # noqa: PLR0913, PLR0917 — the parts of one message
    page: Page, blocks: Sequence[Json], count: int, alias: str | None, zone: str, back: int
) -> Json:
    name = alias or page.query.scope.id
    line = page.coverage.describe(page.first, page.first + count - 1 if count else 0)
    more = [f"The table holds no more: {len(page.events) - count:,} of this part are only in the list"]
    return message(
        f"Audit log of {name}: {line}",
        header(f"Audit log of {name}{DOT}table"),
        context(*asked(page.query, zone, alias), f"Times of {zone_or_utc(zone).key}"),
        *warnings(page, name),
        *blocks,
        context(f"{line[:1].upper()}{line[1:]}", *(more if count < len(page.events) else [])),
        *row(page.query, back, (ids.PAGE_LIST, "Back to the list")),
    )


def _rows(events: Sequence[AuditEvent], zone: ZoneInfo) -> list[list[str]]:
    """As many of the events as the table holds."""
    rows: list[list[str]] = []
    left = _CHARACTERS
    for event in events[:ROWS]:
        told = narrate(event)
        values = (
            f"{local(event.at, zone):%Y-%m-%d %H:%M:%S}",
            RISKS[event.risk][2],
            told.actor,
            told.deed,
            event.message,
            event.ip or "",
        )
        cells = [shown(value, most) or "—" for value, (_, most) in zip(values, _COLUMNS, strict=True)]
        left -= sum(map(width, cells))
        if left < 0:
            break
        rows.append(cells)
    return rows


def _cells(cells: Sequence[str]) -> list[Json]:
    return [{"type": "raw_text", "text": cell} for cell in cells]
