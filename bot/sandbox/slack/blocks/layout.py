"""Every kind of block that an app may send, and the surfaces on which each is allowed.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack.blocks import elements
from bot.sandbox.slack.blocks.charts import DATA_VISUALIZATION
from bot.sandbox.slack.blocks.composition import (
    ID,
    IMAGE_ELEMENT,
    IMAGE_SOURCE,
    URL,
    plain_text,
    text_object,
)
from bot.sandbox.slack.blocks.rich_text import RICH_TEXT
from bot.sandbox.slack.blocks.schema import (
    Array,
    Boolean,
    Number,
    Object,
    Report,
    Schema,
    String,
    Tagged,
    at_least_one,
    exactly_one,
    one_of,
)
from bot.sandbox.slack.blocks.tables import DATA_TABLE, TABLE
from bot.sandbox.slack.shapes import Json

MAX_MARKDOWN: Final = 12_000
_HTTPS: Final = String(3000, pattern=r"https://\S+")
_BLOCK: Final[dict[str, Schema]] = {"block_id": ID}


def _action_ids_differ(block: Json, at: str, report: Report) -> None:
    seen = set()
    for index, element in enumerate(block["elements"]):
        action_id = element.get("action_id")
        if action_id is not None and action_id in seen:
            report.add(f'`action_id` "{action_id}" already exists', f"{at}/elements/{index}/action_id")
        seen.add(action_id)


def _collapses_only_if_collapsible(block: Json, at: str, report: Report) -> None:
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        report.add("must set `is_collapsible` to use `default_collapsed`", f"{at}/default_collapsed")


_SIMPLE: Final[dict[str, Schema]] = {
    "divider": Object({}, _BLOCK),
    "header": Object({"text": plain_text(150)}, {**_BLOCK, "level": Number(1, 4, is_whole=True)}),
    "section": Object(
        {},
        {
            **_BLOCK,
            "text": text_object(),
            "fields": Array(text_object(2000), 10),
            "accessory": Tagged({"image": IMAGE_ELEMENT, **elements.elements(*elements.IN_ACCESSORY).by_type}),
            "expand": Boolean(),
        },
        (at_least_one("text", "fields"),),
    ),
    "context": Object(
        {
            "elements": Array(
                Tagged(
                    {
                        "image": IMAGE_ELEMENT,
                        "plain_text": Object({"text": String(3000)}, {"emoji": Boolean()}),
                        "mrkdwn": Object({"text": String(3000)}, {"verbatim": Boolean()}),
                    }
                ),
                10,
            )
        },
        _BLOCK,
    ),
    "actions": Object({"elements": Array(elements.IN_ACTIONS, 25)}, _BLOCK, (_action_ids_differ,)),
    "image": Object(
        {"alt_text": String(2000)},
        {**_BLOCK, **IMAGE_SOURCE, "title": plain_text(2000)},
        (exactly_one("image_url", "slack_file"),),
    ),
    "input": Object(
        {"label": plain_text(2000), "element": elements.IN_INPUT},
        {**_BLOCK, "hint": plain_text(2000), "optional": Boolean(), "dispatch_action": Boolean()},
    ),
    "rich_text": RICH_TEXT,
    "file": Object({"external_id": String(), "source": one_of("remote")}, _BLOCK),
    "video": Object(
        {
            "alt_text": String(2000),
            "title": plain_text(199),
            "thumbnail_url": URL,
            "video_url": _HTTPS,
        },
        {
            **_BLOCK,
            "title_url": _HTTPS,
            "author_name": String(49),
            "provider_name": String(),
            "provider_icon_url": URL,
            "description": plain_text(),
        },
    ),
    "table": TABLE,
}

_CONTAINER: Final = Object(
    {"child_blocks": Array(Tagged(_SIMPLE), 10)},
    {
        **_BLOCK,
        "title": plain_text(150),
        "rich_text_title": Tagged({"rich_text": RICH_TEXT}),
        "subtitle": text_object(150),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": Tagged({"image": IMAGE_ELEMENT}),
        "is_collapsible": Boolean(),
        "default_collapsed": Boolean(),
        "has_header_divider": Boolean(),
    },
    (at_least_one("title", "rich_text_title"), _collapses_only_if_collapsible),
)
_ALERT: Final = Object(
    {"text": text_object(200)},
    {**_BLOCK, "level": one_of("default", "info", "warning", "error", "success")},
)
_MESSAGES_ONLY: Final[dict[str, Schema]] = {
    "markdown": Object({"text": String(MAX_MARKDOWN)}, _BLOCK),
    "context_actions": Object({"elements": Array(elements.IN_CONTEXT_ACTIONS, 5)}, _BLOCK, (_action_ids_differ,)),
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
}

IN_MESSAGE: Final[dict[str, Schema]] = {**_SIMPLE, "container": _CONTAINER, **_MESSAGES_ONLY}
IN_HOME: Final[dict[str, Schema]] = {
    name: schema for name, schema in IN_MESSAGE.items() if name not in {*_MESSAGES_ONLY, "table"}
}
IN_MODAL: Final[dict[str, Schema]] = {**IN_HOME, "alert": _ALERT}
