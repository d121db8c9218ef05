"""The ids that Slack gives to blocks and elements which the app left without one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bot.sandbox.slack.ids import Mint
from bot.sandbox.slack.shapes import Json

_WITHOUT_ACTION: Final = frozenset({"image", "plain_text", "mrkdwn"})


def with_ids(blocks: Collection[Json], mint: Mint) -> tuple[Json, ...]:
    """Gives the blocks with a `block_id` each and an `action_id` on each interactive element."""
    return tuple(_identified(block, mint) for block in blocks)


def _identified(block: Json, mint: Mint) -> Json:
    block = {**block, "block_id": block.get("block_id") or mint.secret(5)}
    if "child_blocks" in block:
        block["child_blocks"] = list(with_ids(block["child_blocks"], mint))
    if block["type"] in {"actions", "context_actions"}:
        block["elements"] = [_actionable(element, mint) for element in block["elements"]]
    for place in ("accessory", "element"):
        if place in block:
            block[place] = _actionable(block[place], mint)
    return block


def _actionable(element: Json, mint: Mint) -> Json:
    if element["type"] in _WITHOUT_ACTION:
        return element
    return {**element, "action_id": element.get("action_id") or mint.secret(5)}
