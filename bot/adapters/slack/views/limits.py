"""Whether Slack would take a message, and whether anything in it would become active: the bot's own last guard.

Knows the blocks of :mod:`bot.adapters.slack.views.blocks` and takes exception to every other. Lengths are counted in
UTF-16 code units, which are never fewer than what Slack counts.

Sources: https://docs.slack.dev/reference/block-kit/blocks, https://docs.slack.dev/reference/block-kit/block-elements,
https://github.com/slackapi/bolt-js/issues/2509 (the limit of a whole message, which is not published)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.adapters.slack.text import width
from bot.adapters.slack.views.blocks import Json
from bot.adapters.slack.views.chart_limits import chart
from bot.adapters.slack.views.element_limits import CLICKABLE, overflow
from bot.adapters.slack.views.guards import Check, each, plain_text, string, typed
from bot.adapters.slack.views.table_limits import data_table, table

BLOCKS: Final = 50
BUDGET: Final = 12_000
"""Of a whole message: about 13,200 were seen to be refused."""
BLOCK_COST: Final = 60
"""What each block costs of the budget beside its text, as far as was seen."""

_ACTIVE: Final = re.compile(r"[<>]|&(?!amp;|lt;|gt;)|://")
_KEYS: Final = frozenset(
    {"text", "blocks", "attachments", "unfurl_links", "unfurl_media", "response_type", "replace_original"}
)
_ATTACHMENTS: Final = 20  # Slack takes 100, and asks for far fewer
_CHARTS: Final = 2
_COLOUR: Final = re.compile(r"#[0-9A-F]{6}")
_GROUP: Final = re.compile(r"S[A-Z0-9]{2,40}")
_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{2,40}")
_USER: Final = re.compile(r"[UW][A-Z0-9]{2,40}")
_CALL: Final = re.compile(r"<!subteam\^S[A-Z0-9]{2,40}>")
_SHOWN: Final = frozenset({"text", "fallback", "title", "label", "name"})
_EPOCH_LIMIT: Final = 253_402_300_800
"""Slack shows dates of years of four digits."""


def violations(message: Mapping[str, object]) -> list[str]:
    """What Slack would refuse in a message, or show as something active; empty for a good one."""
    return list(_message(message))


def _message(message: Mapping[str, object]) -> Iterator[str]:
    if unknown := message.keys() - _KEYS:
        yield f"unknown fields {sorted(unknown)}"
    for field in ("unfurl_links", "unfurl_media"):
        if message.get(field) is not False:
            yield f"{field} is not off"
    fallback = message.get("text")
    yield from string(fallback, "text", 4000)
    if isinstance(fallback, str) and _ACTIVE.search(fallback):
        yield "text has something active in it"
    blocks = message.get("blocks")
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= BLOCKS:
        yield f"blocks are not a list of 1 to {BLOCKS}"
        return
    for index, block in enumerate(blocks):
        yield from typed(block, f"blocks/{index}", BLOCK_CHECKS)
    yield from _block_ids([block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block])
    if sum(isinstance(block, dict) and block.get("type") == "data_visualization" for block in blocks) > _CHARTS:
        yield f"there are more than {_CHARTS} charts"
    attached: list[object] = []
    if "attachments" in message:
        yield from _attachments(message["attachments"], attached)
    if (weighed := weight([*blocks, *attached])) > BUDGET:
        yield f"the whole message weighs {weighed} of {BUDGET}"


def _block_ids(names: Sequence[object]) -> Iterator[str]:
    for name in names:
        yield from string(name, "a block_id", 255)
    if len(set(map(str, names))) != len(names):
        yield "two blocks have one block_id"


def weight(blocks: Sequence[object]) -> int:
    """What blocks cost of the budget: their texts, and something for each block."""
    return BLOCK_COST * len(blocks) + sum(width(words) for block in blocks for words in _words(block))


def _attachments(attachments: object, attached: list[object]) -> Iterator[str]:
    """Complaints about blocks with a stripe of colour; collects the blocks, since they weigh as much as others."""
    if not isinstance(attachments, list) or not 1 <= len(attachments) <= _ATTACHMENTS:
        yield f"attachments are not a list of 1 to {_ATTACHMENTS}"
        return
    for index, attachment in enumerate(attachments):
        at = f"attachments/{index}"
        if not isinstance(attachment, dict) or attachment.keys() != {"color", "blocks"}:
            yield f"{at} is not of a colour and blocks alone"
            continue
        if not _COLOUR.fullmatch(str(attachment["color"])):
            yield f"{at} has no colour"
        blocks = attachment["blocks"]
        yield from each(blocks, f"{at}/blocks", BLOCKS, BLOCK_CHECKS)
        attached += blocks if isinstance(blocks, list) else []


def _plain_field(most: int) -> Check:
    checks = {"plain_text": plain_text(most)}

    def check(piece: Json, at: str) -> Iterator[str]:
        yield from typed(piece.get("text"), f"{at}/text", checks)

    return check


def _words_or_call(block: Json, at: str) -> Iterator[str]:
    """Plain words, perhaps with a menu beside them; or a call for a user group, and not a character more."""
    yield from typed(block.get("text"), f"{at}/text", {"plain_text": plain_text(3000), "mrkdwn": _call})
    if "accessory" in block:
        yield from typed(block["accessory"], f"{at}/accessory", {"overflow": overflow})


def _call(piece: Json, at: str) -> Iterator[str]:
    if not _CALL.fullmatch(str(piece.get("text"))):
        yield f"{at} is not a call for a user group alone"


def _named_by(field: str, pattern: re.Pattern[str]) -> Check:
    def check(element: Json, at: str) -> Iterator[str]:
        if element.keys() != {"type", field} or not pattern.fullmatch(str(element[field])):
            yield f"{at} is not by an ID alone"

    return check


def _context(block: Json, at: str) -> Iterator[str]:
    yield from each(block.get("elements"), f"{at}/elements", 10, {"plain_text": plain_text(2000)})


def _rich_text(block: Json, at: str) -> Iterator[str]:
    yield from each(block.get("elements"), f"{at}/elements", 100, _PARAGRAPHS)


def _section(paragraph: Json, at: str) -> Iterator[str]:
    yield from each(paragraph.get("elements"), f"{at}/elements", 100, _INLINES)


def _list(paragraph: Json, at: str) -> Iterator[str]:
    if paragraph.get("style") != "bullet":
        yield f"{at} is another list"
    yield from each(paragraph.get("elements"), f"{at}/elements", 100, {"rich_text_section": _section})


def _preformatted(paragraph: Json, at: str) -> Iterator[str]:
    yield from each(paragraph.get("elements"), f"{at}/elements", 100, {"text": _INLINES["text"]})


def _text(element: Json, at: str) -> Iterator[str]:
    yield from string(element.get("text"), f"{at}/text", BUDGET, lines=True)  # no limit of its own is documented


def _emoji(element: Json, at: str) -> Iterator[str]:
    yield from string(element.get("name"), f"{at}/name", 100)


def _date(element: Json, at: str) -> Iterator[str]:
    moment = element.get("timestamp")
    if not isinstance(moment, int) or not 0 <= moment < _EPOCH_LIMIT:
        yield f"{at} is not a moment that can be shown"
    if "url" in element:
        yield f"{at} is a link"
    yield from string(element.get("format"), f"{at}/format", 200)
    yield from string(element.get("fallback"), f"{at}/fallback", 200)


def _actions(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from each(elements, f"{at}/elements", 25, CLICKABLE)
    if isinstance(elements, list):
        names = [str(element.get("action_id")) for element in elements if isinstance(element, dict)]
        if len(names) != len(set(names)):
            yield f"{at} has two buttons of one action"


_INLINES: Final[Mapping[str, Check]] = {
    "text": _text,
    "emoji": _emoji,
    "date": _date,
    "usergroup": _named_by("usergroup_id", _GROUP),
    "channel": _named_by("channel_id", _CHANNEL),
    "user": _named_by("user_id", _USER),
}
_PARAGRAPHS: Final[Mapping[str, Check]] = {
    "rich_text_section": _section,
    "rich_text_list": _list,
    "rich_text_preformatted": _preformatted,
}
BLOCK_CHECKS: Final[Mapping[str, Check]] = {
    "header": _plain_field(150),
    "section": _words_or_call,
    "context": _context,
    "rich_text": _rich_text,
    "actions": _actions,
    "data_visualization": chart,
    "data_table": data_table,
    "table": table,
}


def _words(piece: object) -> Iterator[str]:
    """Every text that a message's blocks show, or show instead."""
    if isinstance(piece, list):
        for item in piece:
            yield from _words(item)
    elif isinstance(piece, dict):
        for name, held in piece.items():
            if isinstance(held, str):
                if name in _SHOWN:
                    yield held
            else:
                yield from _words(held)
