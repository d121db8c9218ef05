"""Block Kit as markup, for a reader: pure functions from Slack's JSON to what the page shows.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from markupsafe import Markup

from bot.sandbox.page.blocks import charts, containers, layout, rich_text, tables
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.shapes import Json

Drawing = Callable[[Json, Reader], Markup]


def blocks(held: Iterable[Json], reader: Reader) -> Markup:
    """Gives blocks one below the other. A block of a kind that is not drawn here says so and shows its words."""
    return join(_block(block, reader) for block in held)


def _block(block: Json, reader: Reader) -> Markup:
    kind = str(block["type"])
    drawn = _DRAWINGS.get(kind, layout.unknown)(block, reader)
    return h("div", drawn, class_=f"block block-{kind}", data_testid=f"block-{kind}", data_block=block.get("block_id"))


_DRAWINGS: Final[Mapping[str, Drawing]] = {
    "header": layout.header,
    "section": layout.section,
    "context": layout.context,
    "divider": layout.divider,
    "image": layout.image,
    "markdown": layout.markdown_block,
    "alert": layout.alert,
    "actions": layout.actions,
    "context_actions": layout.actions,
    "input": layout.input_block,
    "rich_text": rich_text.rich_text,
    "table": tables.table,
    "data_table": tables.data_table,
    "data_visualization": charts.chart,
    "container": lambda block, reader: containers.container(block, blocks(block["child_blocks"], reader), reader),
}
