"""What limits messages and views as a whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.sandbox.slack.blocks import check_message, check_view, message_weight

from .pieces import Json, cell, container, data_table, field, modal, mrkdwn, pie, plain, section, table

TOTALS: list[tuple[str, list[Json], list[Json], str]] = [
    ("blocks", [{"type": "divider"}] * 50, [{"type": "divider"}] * 51, "no more than 50 items allowed"),
    ("tables", [table()], [table(), table()], "only_one_table_allowed"),
    ("charts", [pie()] * 2, [pie()] * 3, "no more than 2 data_visualization blocks allowed"),
    (
        "markdown",
        [{"type": "markdown", "text": "x" * 6000}] * 2,
        [{"type": "markdown", "text": "x" * 6001}] * 2,
        "must be less than 12001 characters",
    ),
    (
        "table text",
        [{"type": "table", "rows": [[cell("x" * 5000)] * 2]}],
        [{"type": "table", "rows": [[cell("x" * 5001)] * 2]}],
        "must be less than 10001 characters",
    ),
    (
        "block ids",
        [section(block_id="a"), section(block_id="b")],
        [section(block_id="a"), section(block_id="a")],
        '`block_id` "a" already exists',
    ),
    (
        "block ids within containers",
        [section(block_id="a"), container(child_blocks=[section(block_id="b")])],
        [section(block_id="a"), container(child_blocks=[section(block_id="a")])],
        '`block_id` "a" already exists',
    ),
]


@pytest.mark.parametrize(("good", "bad", "complaint"), [case[1:] for case in TOTALS], ids=[case[0] for case in TOTALS])
def test_a_message_as_a_whole_has_limits(good: list[Json], bad: list[Json], complaint: str) -> None:
    assert check_message(good).error is None
    verdict = check_message(bad)
    assert verdict.error == "invalid_blocks"
    assert complaint in verdict.complaints[0]


def test_the_weight_of_a_message_agrees_with_what_was_measured() -> None:
    def message(characters: int, blocks: int) -> list[Json]:
        share, rest = divmod(characters, blocks)
        return [section(text=mrkdwn("x" * (share + (index < rest)))) for index in range(blocks)]

    for characters, blocks in ((4_649, 28), (6_020, 33), (9_597, 50)):
        assert check_message(message(characters, blocks)).error is None
    assert check_message(message(11_341, 45)).error == "msg_blocks_too_long"
    assert check_message(message(12_000, 5)).error is None
    assert check_message(message(13_100, 5)).error == "msg_blocks_too_long"
    assert check_message(message(13_100, 5), is_weighed=False).error is None
    assert message_weight([{**data_table(), "rows": [[cell("x" * 9000)]] * 2}]) < 100


def test_a_workspace_may_refuse_kinds_of_blocks() -> None:
    assert check_message([pie()], refused={"data_visualization"}).complaints == (
        "unsupported type: data_visualization [json-pointer:/blocks/0/type]",
    )


VIEW_LIMITS: list[tuple[str, Callable[[int], Json], int]] = [
    ("/title/text", lambda n: modal(title=plain("x" * n)), 24),
    ("/submit/text", lambda n: modal(submit=plain("x" * n)), 24),
    ("/close/text", lambda n: modal(close=plain("x" * n)), 24),
    ("/private_metadata", lambda n: modal(private_metadata="x" * n), 3000),
    ("/callback_id", lambda n: modal(callback_id="x" * n), 255),
    ("/external_id", lambda n: modal(external_id="x" * n), 255),
    ("/blocks", lambda n: modal(blocks=[{"type": "divider"}] * n), 100),
    ("/blocks/0/text/text", lambda n: modal(blocks=[{"type": "alert", "text": plain("x" * n)}]), 200),
]


@pytest.mark.parametrize(("pointer", "make", "most"), VIEW_LIMITS, ids=[case[0] for case in VIEW_LIMITS])
def test_a_limit_of_views_holds_to_the_character(pointer: str, make: Callable[[int], Json], most: int) -> None:
    assert check_view(make(most)).error is None
    verdict = check_view(make(most + 1))
    assert verdict.error == "invalid_arguments"
    assert any(words.endswith(f"[json-pointer:/view{pointer}]") for words in verdict.complaints), verdict


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        ("x", "must provide an object [json-pointer:/view]"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        ({"type": "page", "blocks": []}, "unsupported type: page [json-pointer:/view/type]"),
        (
            {"type": "home", "title": plain("x"), "blocks": []},
            "invalid additional property: title [json-pointer:/view]",
        ),
        (
            modal(blocks=[field({"type": "plain_text_input"})]),
            "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
        ),
        (modal(blocks=[{"type": "markdown", "text": "x"}]), "unsupported type: markdown"),
        (modal(blocks=[table()]), "unsupported type: table"),
        (modal(blocks=[section(block_id="a")] * 2), '`block_id` "a" already exists'),
        ({"type": "home", "blocks": [{"type": "alert", "text": plain("x")}]}, "unsupported type: alert"),
        (
            modal(
                submit=plain("x"),
                blocks=[field({"type": "plain_text_input", "focus_on_load": True})] * 2,
            ),
            "only one element may set `focus_on_load`",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_view_that_slack_refuses_is_refused(view: object, complaint: str) -> None:
    verdict = check_view(view)
    assert verdict.error == "invalid_arguments"
    assert any(complaint in words for words in verdict.complaints), verdict


def test_a_view_may_be_no_larger_than_250_kilobytes() -> None:
    blocks = [section(text=plain("ä" * 3000))] * 20
    assert check_view(modal(blocks=blocks)).error == "view_too_large"
