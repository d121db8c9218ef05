"""Tables: the plain one, and the one that sorts, filters and pages itself.

Sources: https://docs.slack.dev/reference/block-kit/blocks/table-block,
https://docs.slack.dev/reference/block-kit/blocks/data-table-block
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot.sandbox.page.blocks.rich_text import rich_text
from bot.sandbox.page.markup import h, join, text
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.shapes import Json

_FILTERED_FROM = 6
"""Shorter tables are overlooked at a glance."""


def table(block: Json, reader: Reader) -> Markup:
    """Gives a table whose first row is its head."""
    settings = [*block.get("column_settings", ())]
    head, *rows = block["rows"]
    shown = h(
        "table",
        h("thead", _row(head, reader, settings, tag="th")),
        h("tbody", join(_row(row, reader, settings) for row in rows)),
    )
    return _scrolled(shown, "Table")


def data_table(block: Json, reader: Reader) -> Markup:
    """Gives a table with sortable columns, a filter and pages; without its script it shows its first page."""
    head, *rows = block["rows"]
    page_size = int(block.get("page_size") or len(rows))
    headings = join(
        h(
            "th",
            h("button", _cell(cell, reader), type="button", data_sort=column),
            scope="col",
            aria_sort="none",
            class_=_class(rows[0][column]),
        )
        for column, cell in enumerate(head)
    )
    named = block.get("row_header_column_index", 0)
    body = join(
        h(
            "tr",
            join(
                h("th" if at == named else "td", _cell(cell, reader), data_value=_value(cell), class_=_class(cell))
                for at, cell in enumerate(row)
            ),
            hidden=index >= page_size,
        )
        for index, row in enumerate(rows)
    )
    caption = str(block["caption"])
    search = h("input", type="search", placeholder="Filter", aria_label=f"Filter {caption}", data_filter=True)
    pager = h(
        "div",
        h("button", "←", type="button", data_page="-1", aria_label="Previous rows", class_="button button-small"),
        h("span", _range(page_size, len(rows)), data_range=True, aria_live="polite"),
        h("button", "→", type="button", data_page="1", aria_label="Next rows", class_="button button-small"),
        class_="pager",
        hidden=len(rows) <= page_size,
    )
    return h(
        "div",
        h("div", h("strong", caption), search if len(rows) >= _FILTERED_FROM else None, class_="table-head"),
        _scrolled(h("table", h("thead", h("tr", headings)), h("tbody", body)), caption),
        pager,
        class_="data-table",
        data_page_size=page_size,
    )


def _scrolled(shown: Markup, name: str) -> Markup:
    return h("div", shown, class_="table", role="region", aria_label=name, tabindex=0)


def _row(row: Sequence[Json], reader: Reader, settings: Sequence[Json | None], tag: str = "td") -> Markup:
    cells = []
    for column, cell in enumerate(row):
        setting = (settings[column] if column < len(settings) else None) or {}
        align = setting.get("align", "left")
        wraps = " wraps" if setting.get("is_wrapped") else ""
        cells.append(h(tag, _cell(cell, reader), class_=f"align-{align}{wraps}"))
    return h("tr", join(cells))


def _cell(cell: Json, reader: Reader) -> Markup:
    match cell["type"]:
        case "rich_text":
            return rich_text(cell, reader)
        case "raw_number":
            return text(str(cell.get("text", cell["value"])))
        case _:
            return text(str(cell["text"]))


def _value(cell: Json) -> str:
    return str(cell["value"]) if cell["type"] == "raw_number" else " ".join(words(cell))


def _class(cell: Json) -> str | None:
    return "align-right" if cell["type"] == "raw_number" else None


def _range(page_size: int, count: int) -> str:
    return f"1–{min(page_size, count)} of {count}"
