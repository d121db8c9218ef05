from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.adapters.slack.views import blocks
from bot.adapters.slack.views.limits import violations

GOOD = blocks.message(
    "Words",
    blocks.header("Words"),
    blocks.context("Words"),
    blocks.rich(
        blocks.section(blocks.text("Words"), blocks.space(), blocks.emoji("warning", "⚠")),
        blocks.preformatted("/mondoo-audit"),
    ),
    blocks.plain("Words", 100),
    blocks.actions(blocks.button("a", "Older", "1"), blocks.button("b", "Newer", "2")),
)
DATE = {"type": "date", "timestamp": 1_700_000_000, "format": "{time}", "fallback": "10:00"}

Message = dict[str, Any]


def element(message: Message) -> dict[str, Any]:
    """The first element of the message's rich text."""
    found: dict[str, Any] = message["blocks"][2]["elements"][0]["elements"][0]
    return found


def button(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = message["blocks"][4]["elements"][0]
    return found


def dated(message: Message, **fields: object) -> None:
    message["blocks"][2]["elements"][0]["elements"][0] = DATE | fields


FAULTS: dict[str, Callable[[Message], object]] = {
    "an unknown field": lambda m: m.update(attachments=[]),
    "unfurling": lambda m: m.update(unfurl_links=True),
    "no fallback": lambda m: m.pop("text"),
    "an empty fallback": lambda m: m.update(text=""),
    "a mention in the fallback": lambda m: m.update(text="<!channel>"),
    "a link in the fallback": lambda m: m.update(text="https://evil.example"),
    "half an entity in the fallback": lambda m: m.update(text="&nbsp;"),
    "no blocks": lambda m: m.update(blocks=[]),
    "blocks that are none": lambda m: m.update(blocks="words"),
    "51 blocks": lambda m: m.update(blocks=m["blocks"][:1] * 51),
    "a block that is none": lambda m: m["blocks"].append("words"),
    "an unknown block": lambda m: m["blocks"].append({"type": "image"}),
    "a header of 151 characters": lambda m: m["blocks"][0]["text"].update(text="x" * 151),
    "a header in mrkdwn": lambda m: m["blocks"][0]["text"].update(type="mrkdwn"),
    "a header that turns words into emoji": lambda m: m["blocks"][0]["text"].update(emoji=True),
    "11 lines of small print": lambda m: m["blocks"][1].update(elements=m["blocks"][1]["elements"] * 11),
    "no small print": lambda m: m["blocks"][1].update(elements=[]),
    "a text that is none": lambda m: element(m).update(text=5),
    "a text of nothing": lambda m: element(m).update(text=""),
    "a text with a turn of direction": lambda m: element(m).update(text="a\u202eb"),
    "a text of 12,001 characters": lambda m: element(m).update(text="x" * 12_001),
    "a text of 6,001 emoji": lambda m: element(m).update(text="👍" * 6_001),
    "a mention": lambda m: element(m).update(type="user"),
    "a link": lambda m: element(m).update(type="link", url="https://evil.example"),
    "an emoji to copy": lambda m: m["blocks"][2]["elements"][1].update(elements=[blocks.emoji("x", "x")]),
    "a date that is a link": lambda m: dated(m, url="https://evil.example"),
    "a date of no moment": lambda m: dated(m, timestamp=1e9),
    "a date before 1970": lambda m: dated(m, timestamp=-1),
    "a date without words": lambda m: dated(m, fallback=""),
    "a section of 3001 characters": lambda m: m["blocks"][3]["text"].update(text="x" * 3001),
    "two buttons of one action": lambda m: button(m).update(action_id="b"),
    "26 buttons": lambda m: m["blocks"][4].update(elements=m["blocks"][4]["elements"] * 13),
    "a button that carries too much": lambda m: button(m).update(value="x" * 2001),
    "a button that is a link": lambda m: button(m).update(url="https://evil.example"),
    "a button with a label of 76 characters": lambda m: button(m)["text"].update(text="x" * 76),
    "a button without an action": lambda m: button(m).pop("action_id"),
    "more than the budget": lambda m: m.update(blocks=[blocks.plain("x" * 2900, 2900)] * 5),
}


def test_a_message_within_the_limits_is_fine() -> None:
    assert violations(GOOD) == []
    assert violations(GOOD | {"response_type": "ephemeral", "replace_original": True}) == []


def test_a_date_is_fine() -> None:
    message = deepcopy(GOOD)
    dated(message)
    assert violations(message) == []


@pytest.mark.parametrize("name", FAULTS)
def test_what_slack_would_refuse_or_make_active_is_found(name: str) -> None:
    message = deepcopy(GOOD)
    FAULTS[name](message)
    assert len(violations(message)) >= 1


def test_a_complaint_shows_nothing_of_the_data() -> None:
    message = deepcopy(GOOD)
    element(message).update(text="\u202esecret")
    assert "secret" not in str(violations(message))
