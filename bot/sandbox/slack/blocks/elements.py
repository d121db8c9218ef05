"""Buttons, menus, pickers and inputs.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack.blocks.composition import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    ID,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLAIN_OPTION,
    TEXT_OPTION,
    URL,
    every_option,
    plain_text,
    unique_values,
)
from bot.sandbox.slack.blocks.rich_text import RICH_TEXT
from bot.sandbox.slack.blocks.schema import (
    Array,
    Boolean,
    Number,
    Object,
    Report,
    Rule,
    Schema,
    String,
    Tagged,
    exactly_one,
    one_of,
)
from bot.sandbox.slack.shapes import Json

_ACTION: Final[dict[str, Schema]] = {"action_id": ID}
_CONFIRMED: Final[dict[str, Schema]] = {**_ACTION, "confirm": CONFIRM}
_FOCUSED: Final[dict[str, Schema]] = {**_CONFIRMED, "focus_on_load": Boolean()}
_MENU: Final[dict[str, Schema]] = {**_FOCUSED, "placeholder": plain_text(150)}
_MULTI: Final[dict[str, Schema]] = {**_MENU, "max_selected_items": Number(1, is_whole=True)}
_TYPED: Final[dict[str, Schema]] = {
    **_ACTION,
    "placeholder": plain_text(150),
    "focus_on_load": Boolean(),
    "dispatch_action_config": DISPATCH,
}
_DATE: Final = String(10, pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME: Final = String(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
_EPOCH: Final = Number(1_000_000_000, 9_999_999_999, is_whole=True)
_STYLE: Final = one_of("primary", "danger")


def _initial_is_offered(name: str) -> Rule:
    def rule(element: Json, at: str, report: Report) -> None:
        initial = element.get(name)
        if initial is None:
            return
        offered = [option["value"] for option in every_option(element)]
        for chosen in initial if isinstance(initial, list) else [initial]:
            if chosen["value"] not in offered:
                report.add("must be one of the provided options", f"{at}/{name}")

    return rule


def _static(several: bool) -> Object:  # noqa: FBT001 — the two kinds of one menu
    name = "initial_options" if several else "initial_option"
    initial: Schema = Array(PLAIN_OPTION, 100) if several else PLAIN_OPTION
    return Object(
        {},
        {
            **(_MULTI if several else _MENU),
            "options": Array(PLAIN_OPTION, 100),
            "option_groups": Array(OPTION_GROUP, 100),
            name: initial,
        },
        (exactly_one("options", "option_groups"), unique_values, _initial_is_offered(name)),
    )


_FEEDBACK_BUTTON: Final = Object({"text": plain_text(75), "value": String(2000)}, {"accessibility_label": String(75)})

BY_TYPE: Final[dict[str, Schema]] = {
    "button": Object(
        {"text": plain_text(75)},
        {
            **_CONFIRMED,
            "value": String(2000, least=0),
            "url": URL,
            "style": _STYLE,
            "accessibility_label": String(75),
        },
    ),
    "icon_button": Object(
        {"icon": one_of("trash"), "text": plain_text(75)},
        {
            **_CONFIRMED,
            "value": String(2000),
            "accessibility_label": String(75),
            "visible_to_user_ids": Array(String()),
        },
    ),
    "feedback_buttons": Object({"positive_button": _FEEDBACK_BUTTON, "negative_button": _FEEDBACK_BUTTON}, _ACTION),
    "overflow": Object({"options": Array(OVERFLOW_OPTION, 5)}, _CONFIRMED, (unique_values,)),
    "radio_buttons": Object(
        {"options": Array(TEXT_OPTION, 10)},
        {**_FOCUSED, "initial_option": TEXT_OPTION},
        (unique_values, _initial_is_offered("initial_option")),
    ),
    "checkboxes": Object(
        {"options": Array(TEXT_OPTION, 10)},
        {**_FOCUSED, "initial_options": Array(TEXT_OPTION, 10)},
        (unique_values, _initial_is_offered("initial_options")),
    ),
    "static_select": _static(several=False),
    "multi_static_select": _static(several=True),
    "external_select": Object(
        {}, {**_MENU, "initial_option": PLAIN_OPTION, "min_query_length": Number(0, is_whole=True)}
    ),
    "multi_external_select": Object(
        {},
        {
            **_MULTI,
            "initial_options": Array(PLAIN_OPTION, 100),
            "min_query_length": Number(0, is_whole=True),
        },
    ),
    "users_select": Object({}, {**_MENU, "initial_user": String()}),
    "multi_users_select": Object({}, {**_MULTI, "initial_users": Array(String())}),
    "channels_select": Object({}, {**_MENU, "initial_channel": String(), "response_url_enabled": Boolean()}),
    "multi_channels_select": Object({}, {**_MULTI, "initial_channels": Array(String())}),
    "conversations_select": Object(
        {},
        {
            **_MENU,
            "initial_conversation": String(),
            "default_to_current_conversation": Boolean(),
            "response_url_enabled": Boolean(),
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_conversations_select": Object(
        {},
        {
            **_MULTI,
            "initial_conversations": Array(String()),
            "default_to_current_conversation": Boolean(),
            "filter": CONVERSATION_FILTER,
        },
    ),
    "datepicker": Object({}, {**_MENU, "initial_date": _DATE}),
    "timepicker": Object({}, {**_MENU, "initial_time": _TIME, "timezone": String()}),
    "datetimepicker": Object({}, {**_FOCUSED, "initial_date_time": _EPOCH}),
    "plain_text_input": Object(
        {},
        {
            **_TYPED,
            "initial_value": String(3000, least=0),
            "multiline": Boolean(),
            "min_length": Number(0, 3000, is_whole=True),
            "max_length": Number(1, 3000, is_whole=True),
        },
    ),
    "email_text_input": Object({}, {**_TYPED, "initial_value": String(least=0)}),
    "url_text_input": Object({}, {**_TYPED, "initial_value": String(least=0)}),
    "number_input": Object(
        {"is_decimal_allowed": Boolean()},
        {**_TYPED, "initial_value": String(), "min_value": String(), "max_value": String()},
    ),
    "rich_text_input": Object({}, {**_TYPED, "initial_value": Tagged({"rich_text": RICH_TEXT})}),
    "file_input": Object({}, {**_ACTION, "filetypes": Array(String()), "max_files": Number(1, 10, is_whole=True)}),
}

_MENUS: Final = tuple(name for name in BY_TYPE if name.endswith("_select"))
_CHOICES: Final = ("radio_buttons", "checkboxes", "datepicker", "timepicker")


def elements(*names: str) -> Tagged:
    """Gives the schema of one of the named elements."""
    return Tagged({name: BY_TYPE[name] for name in names})


IN_ACTIONS: Final = elements("button", "overflow", "datetimepicker", "rich_text_input", *_CHOICES, *_MENUS)
IN_ACCESSORY: Final = ("button", "overflow", *_CHOICES, *_MENUS)
IN_CONTEXT_ACTIONS: Final = elements("feedback_buttons", "icon_button")
IN_INPUT: Final = elements(
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    "datetimepicker",
    *_CHOICES,
    *_MENUS,
)
