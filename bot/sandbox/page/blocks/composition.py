"""Text objects, pictures and confirmation dialogs: what blocks and elements are made of."""

from __future__ import annotations

import re

from markupsafe import Markup

from bot.sandbox.page import chips
from bot.sandbox.page.emoji import NAME, with_emoji
from bot.sandbox.page.icons import icon
from bot.sandbox.page.markup import h, join, text
from bot.sandbox.page.mrkdwn import mrkdwn
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack.shapes import Json


def words(text_object: Json) -> str:
    """Gives the words of a text object in one line, for labels."""
    held = str(text_object["text"])
    return with_emoji(held) if text_object.get("emoji", True) else held


def text_object(held: Json, reader: Reader) -> Markup:
    """Gives a text object, plain_text or mrkdwn."""
    if held["type"] == "mrkdwn":
        return mrkdwn(str(held["text"]), reader)
    return h("p", plain(held))


def plain(held: Json) -> Markup:
    """Gives a plain_text object without a paragraph around it."""
    lines = str(held["text"]).split("\n")
    return h("br").join(_with_emoji(line) if held.get("emoji", True) else text(line) for line in lines)


def _with_emoji(line: str) -> Markup:
    pieces = re.split(NAME, line)
    return join(chips.emoji(piece) if index % 2 else piece for index, piece in enumerate(pieces))


def picture(source: Json) -> Markup:
    """Gives a frame with a picture's words and address.

    The picture itself stays where it is: the page loads nothing from other servers.
    """
    where = source.get("image_url") or source.get("slack_file", {}).get("url") or source.get("slack_file", {}).get("id")
    alt = str(source["alt_text"])
    return h("span", icon("picture"), alt, role="img", aria_label=alt, class_="picture", title=f"not loaded: {where}")


def confirm_dialog(confirm: Json | None, reader: Reader) -> Markup | None:
    """Gives the dialog that asks before an element acts, closed; None if it does not ask."""
    if confirm is None:
        return None
    style = "danger" if confirm.get("style") == "danger" else "primary"
    return h(
        "dialog",
        h("h2", words(confirm["title"])),
        text_object(confirm["text"], reader),
        h(
            "div",
            h("button", words(confirm["deny"]), type="button", class_="button", data_answer="deny"),
            h(
                "button",
                words(confirm["confirm"]),
                type="button",
                class_=f"button button-{style}",
                data_answer="confirm",
            ),
            class_="answers",
        ),
        class_="confirm",
        aria_label=words(confirm["title"]),
        data_testid="confirm",
    )
