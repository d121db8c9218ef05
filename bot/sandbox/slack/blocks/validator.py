"""Whether Slack would take these blocks or this view, and what it would say if not."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.sandbox.slack.blocks.composition import plain_text
from bot.sandbox.slack.blocks.layout import IN_HOME, IN_MESSAGE, IN_MODAL, MAX_MARKDOWN
from bot.sandbox.slack.blocks.schema import (
    Array,
    Boolean,
    Composed,
    Object,
    Report,
    Schema,
    String,
    Tagged,
)
from bot.sandbox.slack.blocks.tables import MAX_TABLE_CHARACTERS, cell_characters
from bot.sandbox.slack.blocks.words import words
from bot.sandbox.slack.shapes import Json

MAX_BLOCKS_IN_MESSAGE: Final = 50
MAX_BLOCKS_IN_VIEW: Final = 100
MAX_VIEW_BYTES: Final = 250_000
MAX_MESSAGE_WEIGHT: Final = 13_300
_BLOCK_WEIGHT: Final = 60
_COUNTED_BY_THEMSELVES: Final = frozenset({"table", "data_table"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Slack's judgement: `error` is its code, None if all is well; `complaints` carry JSON pointers."""

    error: str | None = None
    complaints: tuple[str, ...] = ()

    def as_slack(self) -> Json:
        """Gives the body of the refusal."""
        body: Json = {"ok": False, "error": self.error}
        if self.complaints:
            body["errors"] = list(self.complaints)
            body["response_metadata"] = {"messages": [f"[ERROR] {words}" for words in self.complaints]}
        return body


def message_weight(blocks: list[Json]) -> int:
    """Gives what blocks weigh against `MAX_MESSAGE_WEIGHT`: their text, and something for each block.

    Slack publishes neither the sum nor the limit. This is the simplest rule that agrees with the
    measurements people published: 9,597 characters in 50 blocks accepted, 11,341 in 45 refused, about
    13,200 in one or two the limit. Tables have limits of their own and do not count here.

    Sources: https://github.com/slackapi/bolt-js/issues/2509, https://github.com/slackapi/bolt-js/issues/2867
    """
    text = sum(len(word) for block in blocks if block["type"] not in _COUNTED_BY_THEMSELVES for word in words(block))
    return text + _BLOCK_WEIGHT * len(blocks)


def check_message(blocks: object, *, refused: Collection[str] = (), is_weighed: bool = True) -> Verdict:
    """Gives the verdict on a message's blocks.

    Args:
        blocks: What the app sent, decoded.
        refused: Kinds of block that this workspace does not take, though Slack knows them.
        is_weighed: Whether the message as a whole has a limit, which answers to a response_url do not.
    """
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return Verdict("invalid_blocks_format")
    report = Report()
    _blocks(IN_MESSAGE, refused, MAX_BLOCKS_IN_MESSAGE).check(blocks, "/blocks", report)
    if not report.complaints:
        _unique_block_ids(blocks, "/blocks", report)
        _message_totals(blocks, report)
    if report.complaints:
        return Verdict("invalid_blocks", tuple(report.complaints))
    if is_weighed and message_weight(blocks) > MAX_MESSAGE_WEIGHT:
        return Verdict("msg_blocks_too_long")
    return Verdict()


def check_view(view: object, *, refused: Collection[str] = ()) -> Verdict:
    """Gives the verdict on a modal or a home tab."""
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        return Verdict("view_too_large")
    identified: dict[str, Schema] = {
        "private_metadata": String(3000, least=0),
        "callback_id": String(255, least=0),
        "external_id": String(255, least=0),
    }
    modal = Object(
        {"title": plain_text(24), "blocks": _blocks(IN_MODAL, refused, MAX_BLOCKS_IN_VIEW)},
        {
            **identified,
            "close": plain_text(24),
            "submit": plain_text(24),
            "clear_on_close": Boolean(),
            "notify_on_close": Boolean(),
            "submit_disabled": Boolean(),
        },
        (_inputs_need_submit, _view_rules),
    )
    home = Object({"blocks": _blocks(IN_HOME, refused, MAX_BLOCKS_IN_VIEW)}, {**identified}, (_view_rules,))
    report = Report()
    Composed(Tagged({"modal": modal, "home": home})).check(view, "/view", report)
    return Verdict("invalid_arguments", tuple(report.complaints)) if report.complaints else Verdict()


def each_block(blocks: Collection[Json]) -> Iterator[Json]:
    """Gives the blocks and, after each container, its children."""
    for block in blocks:
        yield block
        yield from block.get("child_blocks", ())


def _blocks(allowed: Mapping[str, Schema], refused: Collection[str], most: int) -> Array:
    return Array(Tagged({name: kind for name, kind in allowed.items() if name not in refused}), most, 0)


def _unique_block_ids(blocks: list[Json], at: str, report: Report) -> None:
    seen = set()
    for block in each_block(blocks):
        block_id = block.get("block_id")
        if block_id is not None and block_id in seen:
            report.add(f'`block_id` "{block_id}" already exists', at)
        seen.add(block_id)


def _message_totals(blocks: list[Json], report: Report) -> None:
    every = list(each_block(blocks))
    tables = [block for block in every if block["type"] == "table"]
    if len(tables) > 1:
        report.add("only_one_table_allowed", "/blocks")
    if sum(cell_characters(table) for table in tables) > MAX_TABLE_CHARACTERS:
        report.add(f"must be less than {MAX_TABLE_CHARACTERS + 1} characters", "/blocks")
    if sum(block["type"] == "data_visualization" for block in every) > 2:  # noqa: PLR2004 — the limit itself
        report.add("no more than 2 data_visualization blocks allowed", "/blocks")
    if sum(len(block["text"]) for block in every if block["type"] == "markdown") > MAX_MARKDOWN:
        report.add(f"must be less than {MAX_MARKDOWN + 1} characters", "/blocks")


def _inputs_need_submit(view: Json, at: str, report: Report) -> None:
    for index, block in enumerate(view["blocks"]):
        if block["type"] == "input" and "submit" not in view:
            report.add("must define `submit` to use an `input` block in modals", f"{at}/blocks/{index}/input")


def _view_rules(view: Json, at: str, report: Report) -> None:
    _unique_block_ids(view["blocks"], f"{at}/blocks", report)
    focused = sum(
        bool(element.get("focus_on_load"))
        for block in each_block(view["blocks"])
        for element in (block.get("element", {}), block.get("accessory", {}), *block.get("elements", ()))
    )
    if focused > 1:
        report.add("only one element may set `focus_on_load`", f"{at}/blocks")
