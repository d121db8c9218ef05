"""Which blocks Slack takes, and what it says to the others."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.slack.blocks import check_message

from .pieces import (
    Json,
    accessory,
    actions,
    bars,
    button,
    cell,
    container,
    data_table,
    field,
    image,
    listed,
    mrkdwn,
    option,
    options,
    pie,
    plain,
    rich,
    section,
    table,
    url,
    video,
)

ACCEPTED: list[Json] = [
    {"type": "divider"},
    section(text=plain("x"), expand=True),
    section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x"}),
    {"type": "image", "slack_file": {"id": "F0"}, "alt_text": "x"},
    {"type": "context", "elements": [plain("x"), {"type": "image", "image_url": url(30), "alt_text": "x"}]},
    actions(
        button(style="primary", value=""),
        {"type": "overflow", "options": [option(url="https://example.com")]},
        {"type": "datepicker", "initial_date": "2026-02-28"},
        {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Berlin"},
        {"type": "datetimepicker", "initial_date_time": 1772442000},
        {"type": "conversations_select", "filter": {"include": ["public"]}, "default_to_current_conversation": True},
        {"type": "multi_channels_select", "initial_channels": ["C0"], "max_selected_items": 2},
        {"type": "external_select", "min_query_length": 0, "initial_option": option()},
    ),
    accessory("static_select", options=options(2), initial_option=option("1")),
    accessory("checkboxes", options=[{"text": mrkdwn("*x*"), "value": "v"}]),
    rich(
        {"type": "text", "text": "x", "style": {"bold": True, "code": True}},
        {"type": "link", "url": "https://example.com", "text": "x"},
        {"type": "emoji", "name": "wave"},
        {"type": "user", "user_id": "U0"},
        {"type": "usergroup", "usergroup_id": "S0"},
        {"type": "channel", "channel_id": "C0"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1772442000, "format": "{date_short_pretty}", "fallback": "x"},
        {"type": "color", "value": "#00ff7F"},
    ),
    {
        "type": "rich_text",
        "elements": [
            listed(border=1, offset=2),
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}], "language": "json"},
        ],
    },
    {"type": "table", "rows": [[cell(), {"type": "raw_number", "value": 1.5}, rich({"type": "text", "text": "x"})]]},
    data_table(rows=3, columns=2, page_size=5, row_header_column_index=1),
    pie(),
    bars(series=2, points=3),
    container(is_collapsible=True, default_collapsed=True, width="full", child_blocks=[section(), table()]),
    {"type": "container", "rich_text_title": rich({"type": "text", "text": "x"}), "child_blocks": [section()]},
    {"type": "file", "external_id": "x", "source": "remote"},
    video(title_url="https://example.com", description=plain("x")),
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "f",
                "positive_button": {"text": plain("+"), "value": "p"},
                "negative_button": {"text": plain("-"), "value": "n"},
            }
        ],
    },
    field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
    field({"type": "email_text_input"}, dispatch_action=True),
    field({"type": "url_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}}),
    field({"type": "rich_text_input", "initial_value": rich({"type": "text", "text": "x"})}),
]


@pytest.mark.parametrize("block", ACCEPTED, ids=lambda block: str(block)[:60])
def test_what_slack_takes_is_taken(block: Json) -> None:
    assert check_message([block]).complaints == ()


REFUSED: list[tuple[Any, str]] = [
    ({}, "missing required field: type [json-pointer:/blocks/0]"),
    ({"type": "nonsense"}, "unsupported type: nonsense [json-pointer:/blocks/0/type]"),
    ({"type": 1}, "unsupported type: 1 [json-pointer:/blocks/0/type]"),
    ({"type": "alert", "text": plain("x")}, "unsupported type: alert [json-pointer:/blocks/0/type]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    (section(fields=[]), "must provide at least 1 items [json-pointer:/blocks/0/fields]"),
    (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    (section(text=plain("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    (section(text="x"), "must provide an object [json-pointer:/blocks/0/text]"),
    (section(text=None), "must provide an object [json-pointer:/blocks/0/text]"),
    (section(text={"type": "mrkdwn"}), "missing required field: text [json-pointer:/blocks/0/text]"),
    (section(text={"type": "mrkdwn", "text": 1}), "must provide a string [json-pointer:/blocks/0/text/text]"),
    (section(text={"type": "markdown", "text": "x"}), "unsupported type: markdown [json-pointer:/blocks/0/text/type]"),
    (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
    (section(block_id=""), "must be more than 0 characters [json-pointer:/blocks/0/block_id]"),
    (section(expand="yes"), "must be a boolean [json-pointer:/blocks/0/expand]"),
    (section(text={**mrkdwn("x"), "emoji": True}), "invalid additional property: emoji [json-pointer:/blocks/0/text]"),
    ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ({"type": "header", "text": plain("x"), "level": 0}, "must be greater than 0 [json-pointer:/blocks/0/level]"),
    ({"type": "header", "text": plain("x"), "level": "1"}, "must provide an integer [json-pointer:/blocks/0/level]"),
    ({"type": "context", "elements": []}, "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
    ({"type": "context", "elements": {}}, "must provide an array [json-pointer:/blocks/0/elements]"),
    (actions(), "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
    (
        actions(button(action_id="a"), button(action_id="a")),
        '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (actions(button(style="loud")), "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"),
    (actions(button(url="example.com")), "[json-pointer:/blocks/0/elements/0/url]"),
    (actions(button(url="javascript:alert(1)")), "[json-pointer:/blocks/0/elements/0/url]"),
    (actions(button(confirm={})), "missing required field: title [json-pointer:/blocks/0/elements/0/confirm]"),
    (
        actions({"type": "plain_text_input"}),
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        accessory("static_select"),
        "must define exactly one of `options`, `option_groups` [json-pointer:/blocks/0/accessory]",
    ),
    (
        accessory("static_select", options=[]),
        "must provide at least 1 items [json-pointer:/blocks/0/accessory/options]",
    ),
    (
        accessory("static_select", options=[option(), option()]),
        "Input contains duplicate items [json-pointer:/blocks/0/accessory/options]",
    ),
    (
        accessory("static_select", options=options(1), initial_option=option("9")),
        "must be one of the provided options [json-pointer:/blocks/0/accessory/initial_option]",
    ),
    (
        accessory("static_select", options=[{"text": mrkdwn("x"), "value": "v"}]),
        "unsupported type: mrkdwn [json-pointer:/blocks/0/accessory/options/0/text/type]",
    ),
    (accessory("datepicker", initial_date="01.03.2026"), "[json-pointer:/blocks/0/accessory/initial_date]"),
    (accessory("timepicker", initial_time="24:00"), "[json-pointer:/blocks/0/accessory/initial_time]"),
    (
        accessory("conversations_select", filter={}),
        "must define either `include` or `exclude_external_shared_channels` or `exclude_bot_users`",
    ),
    (
        {"type": "image", "alt_text": "x"},
        "must define exactly one of `image_url`, `slack_file` [json-pointer:/blocks/0]",
    ),
    (image(alt_text=""), "must be more than 0 characters [json-pointer:/blocks/0/alt_text]"),
    (rich({"type": "text", "text": ""}), "[json-pointer:/blocks/0/elements/0/elements/0/text]"),
    (rich({"type": "text", "text": "x", "style": {"loud": True}}), "invalid additional property: loud"),
    (rich({"type": "broadcast", "range": "all"}), "must be a valid enum value"),
    (rich({"type": "color", "value": "red"}), "[json-pointer:/blocks/0/elements/0/elements/0/value]"),
    (rich({"type": "date", "timestamp": 1.5, "format": "x"}), "must provide an integer"),
    (
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U0"}]}],
        },
        "unsupported type: user",
    ),
    (table(rows=0), "must provide at least 1 items [json-pointer:/blocks/0/rows]"),
    ({"type": "table", "rows": [[cell("")]]}, "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"),
    (table(column_settings=[{"align": "middle"}]), "must be a valid enum value"),
    ({"type": "data_table", "rows": [[cell()]] * 2}, "missing required field: caption [json-pointer:/blocks/0]"),
    (data_table(rows=1), "must provide at least 2 items [json-pointer:/blocks/0/rows]"),
    (data_table(page_size=0), "must be greater than 0 [json-pointer:/blocks/0/page_size]"),
    ({**data_table(), "rows": [[cell()], [cell(), cell()]]}, "all rows must have the same number of columns"),
    (
        {**data_table(), "rows": [[rich({"type": "text", "text": "x"})], [cell()]]},
        "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
    ),
    (container(children=0), "must provide at least 1 items [json-pointer:/blocks/0/child_blocks]"),
    (container(child_blocks=[container()]), "unsupported type: container"),
    (container(default_collapsed=True), "must set `is_collapsible` to use `default_collapsed`"),
    ({"type": "container", "child_blocks": [section()]}, "must define either `title` or `rich_text_title`"),
    (pie(segments=0), "must provide at least 1 items"),
    (pie(value=0), "must be greater than 0 [json-pointer:/blocks/0/chart/segments/0/value]"),
    ({"type": "data_visualization", "title": "x", "chart": {"type": "radar"}}, "unsupported type: radar"),
    (field({"type": "number_input"}), "missing required field: is_decimal_allowed"),
    (field({"type": "button", "text": plain("x")}), "unsupported type: button"),
    (video(video_url="http://example.com"), "[json-pointer:/blocks/0/video_url]"),
]


@pytest.mark.parametrize(("block", "complaint"), REFUSED, ids=lambda value: str(value)[:50])
def test_what_slack_refuses_is_refused_and_explained(block: Json, complaint: str) -> None:
    verdict = check_message([block])
    assert verdict.error == "invalid_blocks"
    assert any(complaint in words for words in verdict.complaints), verdict


def test_series_must_have_names_of_their_own_and_cover_the_axis() -> None:
    chart = bars(series=2, points=2)
    chart["chart"]["series"][1]["name"] = chart["chart"]["series"][0]["name"]
    del chart["chart"]["series"][0]["data"][1]
    assert check_message([chart]).complaints == (
        "series names must be unique [json-pointer:/blocks/0/chart/series]",
        "data labels must match the axis categories [json-pointer:/blocks/0/chart/series/0/data]",
    )


def test_a_complaint_is_also_told_of_the_object_that_holds_the_text() -> None:
    assert check_message([section(text=mrkdwn("x" * 3001))]).complaints == (
        "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    )


@pytest.mark.parametrize("blocks", ["x", {"type": "divider"}, ["divider"], 1])
def test_blocks_that_are_no_list_of_objects_have_a_code_of_their_own(blocks: object) -> None:
    assert check_message(blocks).error == "invalid_blocks_format"
