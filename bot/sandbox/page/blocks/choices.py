"""Menus, pickers and inputs, drawn with the browser's own controls, so that keyboards and screen readers know them.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from markupsafe import Markup

from bot.sandbox.page.blocks.composition import text_object, words
from bot.sandbox.page.blocks.elements import Drawing
from bot.sandbox.page.blocks.options import Option, offered, own
from bot.sandbox.page.markup import h, join
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.shapes import Json

_INPUT_TYPES = {
    "datepicker": ("date", "initial_date"),
    "timepicker": ("time", "initial_time"),
    "email_text_input": ("email", "initial_value"),
    "url_text_input": ("url", "initial_value"),
    "number_input": ("text", "initial_value"),
}


def placeholder(element: Json) -> str:
    """Gives the words that stand in an element while nothing is chosen."""
    if "placeholder" in element:
        return words(element["placeholder"])
    kind = str(element["type"])
    return "Select an item" if kind.endswith("_select") else kind.replace("_", " ")


def select(element: Json, label: str, reader: Reader) -> Markup:
    """Gives a menu of one choice."""
    groups, initial = offered(element, reader)
    blank = h("option", placeholder(element), value="", selected=not initial, disabled=True, hidden=True)
    options = join(
        h("optgroup", join(_option(option, initial) for option in held), label=group)
        if group
        else join(_option(option, initial) for option in held)
        for group, held in groups
    )
    return h("select", blank, options, aria_label=label, data_control=True)


def multi_select(element: Json, label: str, reader: Reader) -> Markup:
    """Gives a menu of several choices, which unfolds."""
    groups, initial = offered(element, reader)
    held = [option for _, options in groups for option in options]
    blank = placeholder(element)
    chosen = [option.label for option in held if option.value in initial]
    return h(
        "details",
        h("summary", ", ".join(chosen) or blank, class_="button", aria_label=label, data_placeholder=blank),
        h("fieldset", h("legend", label), _boxes(held, initial), class_="menu", aria_label=label),
        class_="has-menu multi",
        data_control=True,
        data_most=element.get("max_selected_items"),
    )


def external_select(element: Json, label: str, reader: Reader) -> Markup:
    """Gives a menu whose choices the app offers while one types."""
    groups, initial = offered(element, reader)
    held = [option for _, options in groups for option in options]
    several, blank = element["type"].startswith("multi_"), placeholder(element)
    chosen = [option.label for option in held if option.value in initial]
    search = h("input", type="search", placeholder="Type to search", aria_label=f"Search {label}", data_suggest=True)
    boxes = h("div", _boxes(held, initial, several=several, group=element["action_id"]), data_suggestions=True)
    return h(
        "details",
        h("summary", ", ".join(chosen) or blank, class_="button", aria_label=label, data_placeholder=blank),
        h("fieldset", h("legend", label), search, boxes, class_="menu", aria_label=label),
        class_="has-menu multi" if several else "has-menu single",
        data_control=True,
        data_least=element.get("min_query_length", 3),
        data_most=element.get("max_selected_items"),
    )


def suggestions(element: Json, offers: Iterable[Json]) -> Markup:
    """Gives the choices that the app offered for an external select."""
    found = [own(option) for offer in offers for option in offer.get("options", [offer])]
    if not found:
        return h("p", "No results", class_="hint")
    several = str(element["type"]).startswith("multi_")
    return _boxes(found, (), several=several, group=element["action_id"])


def radio_buttons(element: Json, label: str, reader: Reader) -> Markup:
    """Gives choices of which one is taken."""
    return _group(element, label, reader, "radio", {element.get("initial_option", {}).get("value")})


def checkboxes(element: Json, label: str, reader: Reader) -> Markup:
    """Gives choices of which any number are taken."""
    initial = {option["value"] for option in element.get("initial_options", ())}
    return _group(element, label, reader, "checkbox", initial)


def typed(element: Json, label: str, _reader: Reader) -> Markup:
    """Gives a one-line input of the browser's own kind for dates, times, addresses and numbers."""
    kind, initial = _INPUT_TYPES[element["type"]]
    return h(
        "input",
        type=kind,
        value=element.get(initial),
        placeholder=words(element["placeholder"]) if "placeholder" in element else None,
        inputmode="decimal" if element["type"] == "number_input" else None,
        aria_label=label,
        data_control=True,
    )


def datetimepicker(element: Json, label: str, reader: Reader) -> Markup:
    """Gives a date and a time in the reader's zone, which it names."""
    initial = element.get("initial_date_time")
    value = f"{reader.moment(initial):%Y-%m-%dT%H:%M}" if initial is not None else None
    return h(
        "span",
        h("input", type="datetime-local", value=value, aria_label=f"{label} ({reader.user.tz})", data_control=True),
        h("small", reader.user.tz),
        class_="in-zone",
    )


def text_input(element: Json, label: str, _reader: Reader) -> Markup:
    """Gives a text input of one line or of several."""
    common: dict[str, str | int | bool | None] = {
        "placeholder": words(element["placeholder"]) if "placeholder" in element else None,
        "minlength": element.get("min_length"),
        "maxlength": element.get("max_length", 3000),
        "aria_label": label,
        "data_control": True,
    }
    initial = element.get("initial_value", "")
    if element.get("multiline") or element["type"] == "rich_text_input":
        return h("textarea", initial if isinstance(initial, str) else "", rows=4, **common)
    return h("input", type="text", value=initial, **common)


def file_input(_element: Json, _label: str, _reader: Reader) -> Markup:
    """Gives the words that stand where files could be chosen."""
    return h("p", "Files cannot be chosen here.", class_="hint")


def _option(option: Option, initial: Collection[str]) -> Markup:
    return h("option", option.label, value=option.value, selected=option.value in initial)


def _boxes(held: Iterable[Option], initial: Collection[str], *, several: bool = True, group: str = "") -> Markup:
    return join(
        h(
            "label",
            h(
                "input",
                type="checkbox" if several else "radio",
                name=None if several else f"offer-{group}",
                value=option.value,
                checked=option.value in initial,
            ),
            h("span", option.label),
        )
        for option in held
    )


def _group(element: Json, label: str, reader: Reader, kind: str, initial: Collection[object]) -> Markup:
    boxes = join(
        h(
            "label",
            h(
                "input",
                type=kind,
                name=f"{kind}-{element['action_id']}" if kind == "radio" else None,
                value=option["value"],
                checked=option["value"] in initial,
            ),
            h(
                "span",
                text_object(option["text"], reader),
                h("small", text_object(option["description"], reader)) if "description" in option else None,
            ),
        )
        for option in element["options"]
    )
    return h("fieldset", boxes, class_="choices", aria_label=label, data_control=True)


DRAWINGS: Final[Mapping[str, Drawing]] = {
    "radio_buttons": radio_buttons,
    "checkboxes": checkboxes,
    "datetimepicker": datetimepicker,
    "plain_text_input": text_input,
    "rich_text_input": text_input,
    "file_input": file_input,
    "external_select": external_select,
    "multi_external_select": external_select,
    **dict.fromkeys(_INPUT_TYPES, typed),
    **{f"{of}_select": select for of in ("static", "users", "channels", "conversations")},
    **{f"multi_{of}_select": multi_select for of in ("static", "users", "channels", "conversations")},
}
