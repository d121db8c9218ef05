from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.adapters.slack.views import blocks
from bot.adapters.slack.views.limits import violations, weight
from bot.domain.access import ChannelId, GroupId, UserId

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
CHART: dict[str, Any] = {
    "type": "data_visualization",
    "title": "Events every 1 h",
    "chart": {
        "type": "bar",
        "series": [{"name": "High", "data": [{"label": "09:00", "value": 1}, {"label": "10:00", "value": 0}]}],
        "axis_config": {"categories": ["09:00", "10:00"]},
    },
}
RICH: dict[str, Any] = blocks.message(
    "Words",
    blocks.calling("S0ONCALLGRP"),
    blocks.rich(
        blocks.section(
            blocks.usergroup(GroupId("S0ONCALLGRP")),
            blocks.channel(ChannelId("C0SECAUDIT0")),
            blocks.person(UserId("U0OLIVIAOWN")),
        ),
        blocks.bullets(blocks.section(blocks.text("Words"))),
    ),
    CHART,
) | blocks.coloured(("#D92D20", [blocks.header("Words")]))
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


RICH_FAULTS: dict[str, Callable[[Message], object]] = {
    "a call with words": lambda m: m["blocks"][0]["text"].update(text="<!subteam^S0ONCALLGRP> <!channel>"),
    "a call for everybody": lambda m: m["blocks"][0]["text"].update(text="<!channel>"),
    "a group by words": lambda m: inline(m, 0).update(usergroup_id="oncall"),
    "a channel by words": lambda m: inline(m, 1).update(channel_id="general"),
    "a user by words": lambda m: inline(m, 2).update(user_id="olivia"),
    "a group that is highlighted": lambda m: inline(m, 0).update(style={"highlight": True}),
    "an ordered list": lambda m: m["blocks"][1]["elements"][1].update(style="ordered"),
    "a list of words": lambda m: m["blocks"][1]["elements"][1].update(elements=["words"]),
    "a list of nothing": lambda m: m["blocks"][1]["elements"][1].update(elements=[]),
    "a chart without a title": lambda m: m["blocks"][2].pop("title"),
    "a chart with a title of 51 characters": lambda m: m["blocks"][2].update(title="x" * 51),
    "a chart that is none": lambda m: m["blocks"][2].update(chart=[]),
    "a pie": lambda m: m["blocks"][2]["chart"].update(type="pie"),
    "no axis": lambda m: m["blocks"][2]["chart"].update(axis_config=None),
    "two categories of one name": lambda m: m["blocks"][2]["chart"]["axis_config"].update(categories=["a", "a"]),
    "21 categories": lambda m: m["blocks"][2]["chart"]["axis_config"].update(categories=[str(n) for n in range(21)]),
    "a label of 21 characters": lambda m: m["blocks"][2]["chart"]["axis_config"].update(categories=["x" * 21]),
    "a label that turns": lambda m: m["blocks"][2]["chart"]["axis_config"].update(categories=["\u202ex"]),
    "no series": lambda m: m["blocks"][2]["chart"].update(series=[]),
    "series that are none": lambda m: m["blocks"][2]["chart"].update(series=["x"]),
    "13 series": lambda m: m["blocks"][2]["chart"].update(
        series=[m["blocks"][2]["chart"]["series"][0] | {"name": str(n)} for n in range(13)]
    ),
    "two series of one name": lambda m: m["blocks"][2]["chart"].update(series=m["blocks"][2]["chart"]["series"] * 2),
    "a series of other categories": lambda m: points(m)[0].update(label="11:00"),
    "a series that lacks a point": lambda m: points(m).pop(),
    "a point that is no count": lambda m: points(m)[0].update(value="1"),
    "a count below nothing": lambda m: points(m)[0].update(value=-1),
    "three charts": lambda m: m["blocks"].extend([CHART, CHART]),
    "attachments that are none": lambda m: m.update(attachments="words"),
    "no attachments": lambda m: m.update(attachments=[]),
    "21 attachments": lambda m: m.update(attachments=m["attachments"] * 21),
    "an attachment that is none": lambda m: m.update(attachments=["words"]),
    "an attachment with a title": lambda m: m["attachments"][0].update(title="<!channel>"),
    "an attachment of no colour": lambda m: m["attachments"][0].update(color="danger"),
    "an attachment without blocks": lambda m: m["attachments"][0].update(blocks=[]),
    "an attachment of words": lambda m: m["attachments"][0].update(blocks="words"),
    "an attachment with a bad block": lambda m: m["attachments"][0]["blocks"].append({"type": "image"}),
    "attachments beyond the budget": lambda m: m["attachments"][0].update(blocks=[blocks.plain("x" * 2900, 2900)] * 5),
}


def inline(message: Message, number: int) -> dict[str, Any]:
    found: dict[str, Any] = message["blocks"][1]["elements"][0]["elements"][number]
    return found


def points(message: Message) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = message["blocks"][2]["chart"]["series"][0]["data"]
    return found


@pytest.mark.parametrize("name", RICH_FAULTS)
def test_faults_of_calls_lists_charts_and_colours_are_found(name: str) -> None:
    message = deepcopy(RICH)
    RICH_FAULTS[name](message)
    assert len(violations(message)) >= 1


def test_calls_lists_charts_and_colours_are_fine() -> None:
    assert violations(RICH) == []


def test_the_words_of_a_chart_weigh_too() -> None:
    assert weight([CHART]) == 60 + len("Events every 1 h") + len("High") + 2 * len("09:00")


def test_ids_that_are_none_become_words() -> None:
    line = [
        blocks.usergroup(GroupId("<!channel>")),
        blocks.channel(ChannelId("<#C1>")),
        blocks.channel(ChannelId("U0OLIVIAOWN")),
        blocks.person(UserId("x")),
    ]
    assert [piece["type"] for piece in line] == ["text"] * 4


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
