"""Containers: a titled frame around other blocks, which may be folded."""

from __future__ import annotations

from markupsafe import Markup

from bot.sandbox.page.blocks import rich_text
from bot.sandbox.page.blocks.composition import picture, text_object, words
from bot.sandbox.page.markup import h
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.shapes import Json


def container(block: Json, inside: Markup, reader: Reader) -> Markup:
    """Gives the frame with `inside`, its child blocks as markup; unfolded unless it says otherwise."""
    if "rich_text_title" in block:
        title = rich_text.rich_text(block["rich_text_title"], reader)
    else:
        title = h("strong", words(block["title"]))
    head = h(
        "div",
        picture(block["icon"]) if "icon" in block else None,
        h(
            "div",
            title,
            h("div", text_object(block["subtitle"], reader), class_="subtitle") if "subtitle" in block else None,
        ),
        class_="container-head",
    )
    body = h("div", inside, class_="container-body")
    frame = f"container container-{block.get('width', 'standard')}"
    if not block.get("is_collapsible"):
        return h("section", head, body, class_=frame + (" has-line" if block.get("has_header_divider") else ""))
    return h("details", h("summary", head), body, class_=frame, open=not block.get("default_collapsed"))
