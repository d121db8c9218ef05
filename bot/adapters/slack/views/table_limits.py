"""Whether Slack would take a table of mere text; the bot has no other.

Sources: https://docs.slack.dev/reference/block-kit/blocks/data-table-block,
https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.adapters.slack.text import width
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.guards import string

_COLUMNS: Final = 20
_ROWS: Final = 100
_CHARACTERS: Final = 10_000
_DATA_ROWS: Final = 201
_DATA_CHARACTERS: Final = 20_000
_PAGE: Final = 100


def table(block: Json, at: str) -> Iterator[str]:
    """Complaints about a plain table."""
    if block.keys() != {"type", "rows"}:
        yield f"{at} is not of rows alone"
    yield from _rows(block.get("rows"), at, 1, _ROWS, _CHARACTERS)


def data_table(block: Json, at: str) -> Iterator[str]:
    """Complaints about a table that sorts and filters: its first row is its heading."""
    if block.keys() != {"type", "rows", "caption", "page_size"}:
        yield f"{at} is not of rows, a caption and a page size alone"
    yield from string(block.get("caption"), f"{at}/caption", 150)
    size = block.get("page_size")
    if not isinstance(size, int) or not 1 <= size <= _PAGE:
        yield f"{at}/page_size is not from 1 to {_PAGE}"
    yield from _rows(block.get("rows"), at, 2, _DATA_ROWS, _DATA_CHARACTERS)


def _rows(rows: object, at: str, least: int, most: int, characters: int) -> Iterator[str]:
    if not isinstance(rows, list) or not least <= len(rows) <= most:
        yield f"{at}/rows is not a list of {least} to {most}"
        return
    if len({len(row) if isinstance(row, list) else 0 for row in rows}) != 1 or not 1 <= len(rows[0]) <= _COLUMNS:
        yield f"{at}/rows are not of the same 1 to {_COLUMNS} columns"
        return
    cells = [cell for row in rows for cell in row]
    for index, cell in enumerate(cells):
        if not isinstance(cell, dict) or cell.keys() != {"type", "text"} or cell["type"] != "raw_text":
            yield f"{at}/cells/{index} is not mere text"
        else:
            yield from string(cell["text"], f"{at}/cells/{index}", characters)
    if sum(width(str(cell["text"])) for cell in cells if isinstance(cell, dict) and "text" in cell) > characters:
        yield f"{at} has more than {characters} characters"
