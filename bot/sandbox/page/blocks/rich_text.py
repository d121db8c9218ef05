"""Rich text: sections, lists, quotes and code, with the elements in them.

Source: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from markupsafe import Markup

from bot.sandbox.page import chips
from bot.sandbox.page.emoji import from_code_points
from bot.sandbox.page.markup import h, join, text
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.shapes import Json

_COLOR = re.compile(r"#[0-9a-fA-F]{3,6}")
_STYLES = (
    ("code", "code"),
    ("strike", "s"),
    ("underline", "u"),
    ("italic", "i"),
    ("bold", "b"),
    ("highlight", "mark"),
    ("client_highlight", "mark"),
)


def rich_text(block: Json, reader: Reader) -> Markup:
    """Gives a rich_text block."""
    return h("div", join(_piece(piece, reader) for piece in block["elements"]), class_="rich-text")


def _piece(piece: Json, reader: Reader) -> Markup:
    held = piece["elements"]
    border = " has-border" if piece.get("border") else ""
    match piece["type"]:
        case "rich_text_quote":
            return h("blockquote", _line(held, reader))
        case "rich_text_preformatted":
            code = join(str(element.get("text") or element.get("url", "")) for element in held)
            return h("pre", code, tabindex=0, data_language=piece.get("language"))
        case "rich_text_list":
            ordered = piece.get("style") == "ordered"
            return h(
                "ol" if ordered else "ul",
                join(h("li", _line(item["elements"], reader)) for item in held),
                class_=f"list indent-{piece.get('indent', 0)}{border}",
                start=int(piece.get("offset", 0)) + 1 if ordered else None,
            )
        case _:
            return h("p", _line(held, reader), class_="rich-text-section")


def _line(elements: Iterable[Json], reader: Reader) -> Markup:
    return join(_styled(_inline(element, reader), element.get("style", {})) for element in elements)


def _inline(element: Json, reader: Reader) -> Markup:
    drawn = _INLINES.get(element["type"])
    return drawn(element, reader) if drawn else text(f"[{element['type']}]")


def _date(element: Json, reader: Reader) -> Markup:
    shown = element.get("fallback", "")
    return chips.date(element["timestamp"], element["format"], reader, fallback=shown, url=element.get("url"))


def _color(value: str) -> Markup:
    is_color = _COLOR.fullmatch(value) is not None
    swatch = h("span", class_="swatch", style=f"background: {value}") if is_color else None
    return h("span", swatch, value, class_="color")


def _emoji(element: Json) -> Markup:
    return chips.emoji(element["name"], from_code_points(element["unicode"]) if "unicode" in element else None)


def _styled(shown: Markup, style: Json) -> Markup:
    for name, tag in _STYLES:
        if style.get(name):
            shown = h(tag, shown)
    return shown


_INLINES: Final[Mapping[str, Callable[[Json, Reader], Markup]]] = {
    "text": lambda element, _: text(element["text"]),
    "link": lambda element, _: chips.link(element["url"], element.get("text")),
    "emoji": lambda element, _: _emoji(element),
    "user": lambda element, reader: chips.user(element["user_id"], reader),
    "usergroup": lambda element, reader: chips.group(element["usergroup_id"], reader),
    "channel": lambda element, reader: chips.channel(element["channel_id"], reader),
    "team": lambda element, _: text(f"@{element['team_id']}"),
    "broadcast": lambda element, _: chips.broadcast(element["range"]),
    "date": _date,
    "color": lambda element, _: _color(str(element["value"])),
}
