"""Buttons, and what else is pressed rather than filled in.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup

from bot.sandbox.page.blocks.composition import words
from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.shapes import Json

Drawing = Callable[[Json, str, Reader], Markup]
"""Gives an element's control; the second argument is its label where it has no words of its own."""


def button(element: Json, _label: str, _reader: Reader) -> Markup:
    """Gives a button; one with an address is a link that also tells the app."""
    style = {"primary": " button-primary", "danger": " button-danger"}.get(str(element.get("style")), "")
    name = element.get("accessibility_label")
    if "url" in element:
        return h(
            "a",
            words(element["text"]),
            href=element["url"],
            target="_blank",
            rel="noopener noreferrer",
            class_=f"button{style}",
            aria_label=name,
            data_press=True,
        )
    return h("button", words(element["text"]), type="button", class_=f"button{style}", aria_label=name, data_press=True)


def icon_button(element: Json, _label: str, _reader: Reader) -> Markup:
    """Gives a small button that shows its icon alone."""
    name = str(element.get("accessibility_label") or words(element["text"]))
    return h(
        "button",
        icon("trash"),
        type="button",
        class_="button button-icon",
        aria_label=name,
        title=name,
        data_press=True,
    )


def feedback_buttons(element: Json, _label: str, _reader: Reader) -> Markup:
    """Gives a thumb up and a thumb down."""
    return join(
        h(
            "button",
            icon(thumb),
            type="button",
            class_="button button-icon",
            title=words(element[name]["text"]),
            aria_label=str(element[name].get("accessibility_label") or words(element[name]["text"])),
            data_choice=element[name]["value"],
        )
        for name, thumb in (("positive_button", "thumb_up"), ("negative_button", "thumb_down"))
    )


def overflow(element: Json, _label: str, _reader: Reader) -> Markup:
    """Gives the ⋯ behind which there are more things to press."""
    options = join(_overflow_option(option) for option in element["options"])
    return h(
        "details",
        h("summary", "⋯", class_="button button-icon", aria_label="More options", title="More options"),
        h("div", options, class_="menu"),
        class_="has-menu",
    )


def _overflow_option(option: Json) -> Markup:
    described = h("small", words(option["description"])) if "description" in option else None
    chosen = option.get("value", "")
    if "url" in option:
        return h(
            "a",
            words(option["text"]),
            described,
            href=option["url"],
            target="_blank",
            rel="noopener noreferrer",
            data_choice=chosen,
        )
    return h("button", words(option["text"]), described, type="button", data_choice=chosen)


DRAWINGS: Final[Mapping[str, Drawing]] = {
    "button": button,
    "workflow_button": button,
    "icon_button": icon_button,
    "feedback_buttons": feedback_buttons,
    "overflow": overflow,
}
