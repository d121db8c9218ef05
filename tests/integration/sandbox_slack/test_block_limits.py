"""Every documented limit of Block Kit: at the limit it is taken, one beyond it is refused, and where is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.sandbox.slack.blocks import check_message

from .pieces import (
    Json,
    accessory,
    actions,
    bars,
    button,
    cell,
    confirm,
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
    section,
    table,
    url,
    video,
)

LIMITS: list[tuple[str, Callable[[int], Json], int, str]] = [
    ("section text", lambda n: section(text=mrkdwn("x" * n)), 3000, "/text/text"),
    ("section fields", lambda n: section(fields=[plain("x")] * n), 10, "/fields"),
    ("field text", lambda n: section(fields=[plain("x" * n)]), 2000, "/fields/0/text"),
    ("block_id", lambda n: section(block_id="x" * n), 255, "/block_id"),
    ("header", lambda n: {"type": "header", "text": plain("x" * n)}, 150, "/text/text"),
    ("header level", lambda n: {"type": "header", "text": plain("x"), "level": n}, 4, "/level"),
    ("context", lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, 10, "/elements"),
    ("actions", lambda n: actions(*[button()] * n), 25, "/elements"),
    ("action_id", lambda n: actions(button(action_id="x" * n)), 255, "/elements/0/action_id"),
    ("button text", lambda n: actions(button(text=plain("x" * n))), 75, "/elements/0/text/text"),
    ("button value", lambda n: actions(button(value="x" * n)), 2000, "/elements/0/value"),
    ("button url", lambda n: actions(button(url=url(n))), 3000, "/elements/0/url"),
    ("button label", lambda n: actions(button(accessibility_label="x" * n)), 75, "/elements/0/accessibility_label"),
    ("confirm title", lambda n: actions(button(confirm=confirm(title=n))), 100, "/elements/0/confirm/title/text"),
    ("confirm text", lambda n: actions(button(confirm=confirm(text=n))), 300, "/elements/0/confirm/text/text"),
    ("confirm button", lambda n: actions(button(confirm=confirm(yes=n))), 30, "/elements/0/confirm/confirm/text"),
    ("deny button", lambda n: actions(button(confirm=confirm(no=n))), 30, "/elements/0/confirm/deny/text"),
    ("select", lambda n: accessory("static_select", options=options(n)), 100, "/accessory/options"),
    (
        "option groups",
        lambda n: accessory(
            "static_select",
            option_groups=[{"label": plain("x"), "options": [option(f"{number}")]} for number in range(n)],
        ),
        100,
        "/accessory/option_groups",
    ),
    (
        "group label",
        lambda n: accessory("static_select", option_groups=[{"label": plain("x" * n), "options": options(1)}]),
        75,
        "/accessory/option_groups/0/label/text",
    ),
    (
        "option text",
        lambda n: accessory("static_select", options=[option(text="x" * n)]),
        75,
        "/accessory/options/0/text/text",
    ),
    (
        "option value",
        lambda n: accessory("static_select", options=[option("x" * n)]),
        75,
        "/accessory/options/0/value",
    ),
    (
        "option description",
        lambda n: accessory("static_select", options=[option(description=plain("x" * n))]),
        75,
        "/accessory/options/0/description/text",
    ),
    (
        "placeholder",
        lambda n: accessory("users_select", placeholder=plain("x" * n)),
        150,
        "/accessory/placeholder/text",
    ),
    ("overflow", lambda n: accessory("overflow", options=options(n)), 5, "/accessory/options"),
    ("radio buttons", lambda n: accessory("radio_buttons", options=options(n)), 10, "/accessory/options"),
    ("checkboxes", lambda n: accessory("checkboxes", options=options(n)), 10, "/accessory/options"),
    ("image url", lambda n: image(image_url=url(n)), 3000, "/image_url"),
    ("image alt text", lambda n: image(alt_text="x" * n), 2000, "/alt_text"),
    ("image title", lambda n: image(title=plain("x" * n)), 2000, "/title/text"),
    ("input label", lambda n: field({"type": "plain_text_input"}, label=plain("x" * n)), 2000, "/label/text"),
    ("input hint", lambda n: field({"type": "plain_text_input"}, hint=plain("x" * n)), 2000, "/hint/text"),
    (
        "input initial",
        lambda n: field({"type": "plain_text_input", "initial_value": "x" * n}),
        3000,
        "/element/initial_value",
    ),
    ("input length", lambda n: field({"type": "plain_text_input", "max_length": n}), 3000, "/element/max_length"),
    ("files", lambda n: field({"type": "file_input", "max_files": n}), 10, "/element/max_files"),
    ("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12_000, "/text"),
    ("table rows", lambda n: table(rows=n), 100, "/rows"),
    ("table columns", lambda n: table(columns=n), 20, "/rows/0"),
    ("column settings", lambda n: table(column_settings=[{"align": "right"}] * n), 20, "/column_settings"),
    ("data table rows", lambda n: data_table(rows=n), 201, "/rows"),
    ("data table columns", lambda n: data_table(columns=n), 20, "/rows/0"),
    ("page size", lambda n: data_table(page_size=n), 100, "/page_size"),
    ("row header", lambda n: data_table(columns=3, row_header_column_index=n), 2, "/row_header_column_index"),
    ("data table text", lambda n: {**data_table(), "rows": [[cell("h")], [cell("x" * n)]]}, 19_999, "/rows"),
    ("container", container, 10, "/child_blocks"),
    ("container title", lambda n: container(title=plain("x" * n)), 150, "/title/text"),
    ("container subtitle", lambda n: container(subtitle=mrkdwn("x" * n)), 150, "/subtitle/text"),
    ("chart title", lambda n: pie(title=n), 50, "/title"),
    ("pie segments", lambda n: pie(segments=n), 12, "/chart/segments"),
    ("pie label", lambda n: pie(label=n), 20, "/chart/segments/0/label"),
    ("series", lambda n: bars(series=n), 12, "/chart/series"),
    ("series points", lambda n: bars(points=n), 20, "/chart/series/0/data"),
    ("series name", lambda n: bars(name=n), 20, "/chart/series/0/name"),
    ("axis title", lambda n: bars(axis=n), 50, "/chart/axis_config/x_label"),
    (
        "context actions",
        lambda n: {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}] * n,
        },
        5,
        "/elements",
    ),
    ("list indent", lambda n: {"type": "rich_text", "elements": [listed(indent=n)]}, 8, "/elements/0/indent"),
    ("video title", lambda n: video(title=plain("x" * n)), 199, "/title/text"),
    ("video author", lambda n: video(author_name="x" * n), 49, "/author_name"),
]


@pytest.mark.parametrize(("make", "most", "pointer"), [case[1:] for case in LIMITS], ids=[case[0] for case in LIMITS])
def test_a_limit_holds_to_the_character(make: Callable[[int], Json], most: int, pointer: str) -> None:
    assert check_message([make(most)]).complaints == ()
    verdict = check_message([make(most + 1)])
    assert verdict.error == "invalid_blocks"
    assert any(words.endswith(f"[json-pointer:/blocks/0{pointer}]") for words in verdict.complaints), verdict
