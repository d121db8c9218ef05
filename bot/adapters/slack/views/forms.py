"""A message in the forms that are tried one after the other, the richest first: all of them say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.adapters.slack.text import truncate, width
from bot.adapters.slack.views.blocks import Json, calling, plain

_SECTION_LIMIT: Final = 2900


def unadorned(message: Json) -> Json:
    """The same message in plain text alone, all of it: what every workspace takes."""
    pieces = [*_pieces(message.get("blocks"))]
    for attachment in _list(message.get("attachments")):
        pieces += _pieces(attachment.get("blocks"))
    groups = [calling(group) for group in dict.fromkeys(_groups(message))]
    kept = {name: held for name, held in message.items() if name not in {"blocks", "attachments"}}
    return {**kept, "blocks": [*groups, *(plain(words, _SECTION_LIMIT) for words in _packed(pieces))]}


def _pieces(blocks: object) -> list[list[str]]:
    """The lines of each block; what has a name goes on with what the block before it tells of the same event."""
    pieces: list[list[str]] = []
    for block in _list(blocks):
        if "block_id" in block and pieces:
            pieces[-1] += _lines(block)
        else:
            pieces.append(_lines(block))
    return pieces


def _lines(block: Json) -> list[str]:
    match block.get("type"):
        case "context":
            return [_inline(element) for element in _list(block.get("elements"))]
        case "rich_text":
            return [line for part in _list(block.get("elements")) for line in _part(part)]
        case _:
            return _inline(block).splitlines()


def _part(part: Json) -> list[str]:
    elements = _list(part.get("elements"))
    if part.get("type") == "rich_text_list":
        return [f"• {line}" for item in elements for line in _part(item)]
    return "".join(map(_inline, elements)).splitlines()


def _inline(element: Json) -> str:
    """What an element says."""
    held = element.get("text", "")
    match element.get("type"):
        case "emoji":
            return chr(int(str(element["unicode"]), 16))
        case "date":
            return str(element["fallback"])
        case "channel":
            return str(element["channel_id"])
        case "user":
            return str(element["user_id"])
        case _:
            return str(held.get("text", "")) if isinstance(held, dict) else str(held)


def _groups(piece: object) -> Iterator[str]:
    if isinstance(piece, list):
        for item in piece:
            yield from _groups(item)
    elif isinstance(piece, dict):
        if piece.get("type") == "usergroup":
            yield str(piece["usergroup_id"])
        for held in piece.values():
            yield from _groups(held)


def _packed(pieces: Sequence[list[str]]) -> list[str]:
    """The lines of blocks in as few texts as hold them, a blank line between blocks."""
    texts: list[str] = []
    for piece in pieces:
        for number, line in enumerate(piece):
            words = truncate(line, _SECTION_LIMIT)
            joined = f"{texts[-1]}\n{'' if number else chr(10)}{words}" if texts else words
            if texts and width(joined) <= _SECTION_LIMIT:
                texts[-1] = joined
            else:
                texts.append(words)
    return texts


def _list(held: object) -> list[Json]:
    return held if isinstance(held, list) else []
