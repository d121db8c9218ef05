"""Text, options, confirmation dialogs and images: what blocks and their elements are made of.

Source: https://docs.slack.dev/reference/block-kit/composition-objects
"""

from __future__ import annotations

from typing import Final

from bot.sandbox.slack.blocks.schema import (
    Array,
    Boolean,
    Composed,
    Object,
    Report,
    Schema,
    String,
    Tagged,
    at_least_one,
    exactly_one,
    one_of,
)
from bot.sandbox.slack.shapes import Json

ID: Final = String(255)
URL: Final = String(3000, pattern=r"(https?://[^\s/?#]+[^\s]*|mailto:\S+)")
"""An absolute web address. Slack refuses relative ones and unknown schemes."""
MAX_TEXT: Final = 3000


def plain_text(most: int = MAX_TEXT) -> Schema:
    """Gives the schema of a plain_text object of 1 to `most` characters."""
    return Composed(Tagged({"plain_text": Object({"text": String(most)}, {"emoji": Boolean()})}))


def text_object(most: int = MAX_TEXT) -> Schema:
    """Gives the schema of a plain_text or mrkdwn object of 1 to `most` characters."""
    return Composed(
        Tagged(
            {
                "plain_text": Object({"text": String(most)}, {"emoji": Boolean()}),
                "mrkdwn": Object({"text": String(most)}, {"verbatim": Boolean()}),
            }
        )
    )


CONFIRM: Final = Object(
    {"title": plain_text(100), "text": text_object(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)

_DESCRIBED: Final = {"description": plain_text(75)}
PLAIN_OPTION: Final = Object({"text": plain_text(75), "value": String(75)}, _DESCRIBED)
"""An option of a menu. Slack documents 75 and 150 for the value; this holds to the smaller."""
TEXT_OPTION: Final = Object({"text": text_object(75), "value": String(75)}, {"description": text_object(75)})
"""An option of radio buttons or checkboxes, which may be mrkdwn."""
OVERFLOW_OPTION: Final = Object({"text": plain_text(75), "value": String(75)}, {**_DESCRIBED, "url": URL})
OPTION_GROUP: Final = Object({"label": plain_text(75), "options": Array(PLAIN_OPTION, 100)})

DISPATCH: Final = Object({}, {"trigger_actions_on": Array(one_of("on_enter_pressed", "on_character_entered"), 2)})
CONVERSATION_FILTER: Final = Object(
    {},
    {
        "include": Array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": Boolean(),
        "exclude_bot_users": Boolean(),
    },
    (at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)

SLACK_FILE: Final = Object({}, {"id": String(), "url": URL}, (exactly_one("id", "url"),))
IMAGE_SOURCE: Final[dict[str, Schema]] = {"image_url": URL, "slack_file": SLACK_FILE}
IMAGE_ELEMENT: Final = Object({"alt_text": String(2000)}, IMAGE_SOURCE, (exactly_one("image_url", "slack_file"),))


def every_option(element: Json) -> list[Json]:
    """Gives a menu's options, those within groups too, in order."""
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options", ())]


def unique_values(element: Json, at: str, report: Report) -> None:
    """Reports options of one menu that share a value, which a person could not tell apart on return."""
    values = [option["value"] for option in every_option(element)]
    if len(values) != len(set(values)):
        report.add("Input contains duplicate items", f"{at}/options")
