"""The blocks that put text and elements in their places."""

from __future__ import annotations

from markupsafe import Markup

from bot.sandbox.page.blocks import choices, composition, elements
from bot.sandbox.page.blocks.choices import placeholder
from bot.sandbox.page.blocks.composition import picture, plain, text_object, words
from bot.sandbox.page.markdown import markdown
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.blocks.words import words as every_word
from bot.sandbox.slack.shapes import Json

_HIGHEST_HEADING = 3  # the page itself has the first two


def header(block: Json, _reader: Reader) -> Markup:
    """Gives a heading of its level, 1 if it names none."""
    level = int(block.get("level", 1))
    return h(f"h{level + _HIGHEST_HEADING - 1}", plain(block["text"]), class_=f"header header-{level}")


def section(block: Json, reader: Reader) -> Markup:
    """Gives a section's text, its fields in two columns, and what stands beside them."""
    body = []
    if "text" in block:
        body.append(h("div", text_object(block["text"], reader), class_="section-text"))
    if "fields" in block:
        fields = join(h("div", text_object(field, reader), class_="field") for field in block["fields"])
        body.append(h("div", fields, class_="fields"))
    accessory = block.get("accessory")
    beside = None
    if accessory is not None:
        shown = picture(accessory) if accessory["type"] == "image" else element(accessory, block, reader)
        beside = h("div", shown, class_="accessory")
    return h("div", h("div", join(body), class_="section-body"), beside, class_="section")


def context(block: Json, reader: Reader) -> Markup:
    """Gives small print: texts and pictures in a row."""
    shown = (picture(held) if held["type"] == "image" else text_object(held, reader) for held in block["elements"])
    return h("div", join(h("div", piece, class_="context-element") for piece in shown), class_="context")


def divider(_block: Json, _reader: Reader) -> Markup:
    """Gives a line."""
    return h("hr")


def image(block: Json, reader: Reader) -> Markup:
    """Gives a picture's frame below its title."""
    title = block.get("title")
    return h("figure", h("figcaption", text_object(title, reader)) if title else None, picture(block))


def markdown_block(block: Json, _reader: Reader) -> Markup:
    """Gives standard Markdown."""
    return h("div", markdown(str(block["text"])), class_="markdown")


def alert(block: Json, reader: Reader) -> Markup:
    """Gives an alert of its level."""
    level = str(block.get("level", "default"))
    return h("div", text_object(block["text"], reader), class_=f"alert alert-{level}", role="note")


def actions(block: Json, reader: Reader) -> Markup:
    """Gives elements in a row."""
    return h("div", join(element(held, block, reader) for held in block["elements"]), class_="actions")


def input_block(block: Json, reader: Reader) -> Markup:
    """Gives an input with its label, its hint, and room for what is wrong with it."""
    label, held = words(block["label"]), block["element"]
    mark = h("span", " (optional)", class_="optional") if block.get("optional") else None
    control = element(held, block, reader, dispatches=bool(block.get("dispatch_action")), label=label)
    hint = block.get("hint")
    return h(
        "div",
        h("div", label, mark, class_="input-label", aria_hidden="true"),
        control,
        h("div", text_object(hint, reader), class_="hint") if hint else None,
        h("div", class_="input-error", role="alert", data_error_for=block["block_id"]),
        class_="input",
        data_required=not block.get("optional"),
    )


def unknown(block: Json, _reader: Reader) -> Markup:
    """Gives what can be said of a block that is not drawn here: its kind and its words."""
    return h("p", f"[{block['type']}] {' '.join(every_word(block))}", class_="unknown")


def element(held: Json, block: Json, reader: Reader, *, dispatches: bool = True, label: str | None = None) -> Markup:
    """Gives an interactive element with the marks by which an event in it finds its way to the app.

    Args:
        held: The element.
        block: The block that it stands in.
        reader: For whom.
        dispatches: Whether the app hears of a change at once, rather than when a modal is submitted.
        label: What it is called where no text of its own does.
    """
    kind = str(held["type"])
    drawn = elements.DRAWINGS.get(kind) or choices.DRAWINGS.get(kind)
    if drawn is None:
        return unknown(held, reader)
    return h(
        "div",
        drawn(held, label or placeholder(held), reader),
        composition.confirm_dialog(held.get("confirm"), reader),
        class_=f"element element-{kind}",
        data_block=block["block_id"],
        data_action=held["action_id"],
        data_kind=kind,
        data_dispatches=dispatches,
    )
