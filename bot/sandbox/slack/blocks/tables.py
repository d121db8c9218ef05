"""Tables, the plain and the sortable.

Sources: https://docs.slack.dev/reference/block-kit/blocks/table-block,
https://docs.slack.dev/reference/block-kit/blocks/data-table-block
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack.blocks.composition import ID
from bot.sandbox.slack.blocks.rich_text import RICH_TEXT
from bot.sandbox.slack.blocks.schema import (
    Array,
    Boolean,
    Number,
    Object,
    Report,
    Schema,
    String,
    Tagged,
    one_of,
)
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.shapes import Json

MAX_TABLE_CHARACTERS: Final = 10_000
MAX_DATA_TABLE_CHARACTERS: Final = 20_000
_MAX_COLUMNS: Final = 20

_RAW: Final[dict[str, Schema]] = {
    "raw_text": Object({"text": String()}),
    "raw_number": Object({"value": Number()}, {"text": String()}),
}
_CELL: Final = Tagged({**_RAW, "rich_text": RICH_TEXT})


def cell_characters(table: Json) -> int:
    """Gives the number of characters in all cells of a table."""
    return sum(len(word) for row in table["rows"] for cell in row for word in words(cell))


def _data_table_rules(table: Json, at: str, report: Report) -> None:
    header, *rows = table["rows"]
    for column, cell in enumerate(header):
        if cell["type"] == "rich_text":
            report.add("unsupported type: rich_text", f"{at}/rows/0/{column}/type")
    for index, row in enumerate(rows, 1):
        if len(row) != len(header):
            report.add("all rows must have the same number of columns", f"{at}/rows/{index}")
    if table.get("row_header_column_index", 0) >= len(header):
        report.add(f"must be less than {len(header)}", f"{at}/row_header_column_index")
    if cell_characters(table) > MAX_DATA_TABLE_CHARACTERS:
        report.add(f"must be less than {MAX_DATA_TABLE_CHARACTERS + 1} characters", f"{at}/rows")


TABLE: Final = Object(
    {"rows": Array(Array(_CELL, _MAX_COLUMNS), 100)},
    {
        "block_id": ID,
        "column_settings": Array(
            Object({}, {"align": one_of("left", "center", "right"), "is_wrapped": Boolean()}), _MAX_COLUMNS
        ),
    },
)
DATA_TABLE: Final = Object(
    {"caption": String(), "rows": Array(Array(_CELL, _MAX_COLUMNS), 201, 2)},
    {
        "block_id": ID,
        "page_size": Number(1, 100, is_whole=True),
        "row_header_column_index": Number(0, is_whole=True),
    },
    (_data_table_rules,),
)
