"""What is active in a message: the oracle for whether foreign text stayed inert."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack import Active, Activity, active_content, check_message

from .pieces import Json, actions, button, cell, mrkdwn, option, plain, rich, section, table, video

MRKDWN = [
    ("<@U0MEIMEMBER>", [Active(Activity.USER, "U0MEIMEMBER")]),
    ("<@U0MEIMEMBER|mei>", [Active(Activity.USER, "U0MEIMEMBER", "mei")]),
    ("<#C0ONCALL000|oncall>", [Active(Activity.CHANNEL, "C0ONCALL000", "oncall")]),
    ("<!subteam^S0ONCALLGRP|@oncall>", [Active(Activity.GROUP, "S0ONCALLGRP", "@oncall")]),
    ("<!channel> <!here|here>", [Active(Activity.BROADCAST, "channel"), Active(Activity.BROADCAST, "here", "here")]),
    ("<!everyone>", [Active(Activity.BROADCAST, "everyone")]),
    ("<https://evil.example|your bank>", [Active(Activity.LINK, "https://evil.example", "your bank")]),
    ("<mailto:a@b.example>", [Active(Activity.LINK, "mailto:a@b.example")]),
    ("<javascript:alert(1)|x>", [Active(Activity.LINK, "javascript:alert(1)", "x")]),
    ("see https://a.example/b, and", [Active(Activity.LINK, "https://a.example/b,")]),
    ("<!date^1772442000^{date}|then>", [Active(Activity.DATE, "1772442000^{date}", "then")]),
    ("&lt;!channel&gt; &lt;@U0&gt;", []),
    ("@channel @mei #oncall", []),
    ("<not a construct> <!unknown>", []),
    ("a < b > c", []),
    ("*bold* `code`", []),
]


@pytest.mark.parametrize(("text", "expected"), MRKDWN, ids=[case[0] for case in MRKDWN])
def test_mrkdwn_and_fallback_text_are_read_alike(text: str, expected: list[Active]) -> None:
    assert active_content([section(text=mrkdwn(text))]) == expected
    assert active_content([], text) == expected
    assert active_content([{"type": "context", "elements": [mrkdwn(text)]}]) == expected
    assert active_content([section(fields=[plain("x"), mrkdwn(text)])]) == expected
    assert active_content([section(text=plain(text))]) == []
    assert active_content([table(), {"type": "table", "rows": [[cell(text)]]}]) == []
    assert active_content([rich({"type": "text", "text": text})]) == []


def test_verbatim_stops_bare_addresses_and_nothing_else() -> None:
    text = "https://a.example <!here>"
    assert active_content([section(text={**mrkdwn(text), "verbatim": True})]) == [Active(Activity.BROADCAST, "here")]


BLOCKS: list[tuple[Json, list[Active]]] = [
    (rich({"type": "user", "user_id": "U0"}), [Active(Activity.USER, "U0")]),
    (rich({"type": "usergroup", "usergroup_id": "S0"}), [Active(Activity.GROUP, "S0")]),
    (rich({"type": "channel", "channel_id": "C0"}), [Active(Activity.CHANNEL, "C0")]),
    (rich({"type": "broadcast", "range": "here"}), [Active(Activity.BROADCAST, "here")]),
    (rich({"type": "link", "url": "https://a.example"}), [Active(Activity.LINK, "https://a.example")]),
    (
        rich({"type": "link", "url": "https://a.example", "text": "b"}),
        [Active(Activity.LINK, "https://a.example", "b")],
    ),
    (
        rich({"type": "date", "timestamp": 1, "format": "f", "fallback": "b", "url": "https://a.example"}),
        [Active(Activity.DATE, "1", "b"), Active(Activity.LINK, "https://a.example")],
    ),
    (actions(button(url="https://a.example")), [Active(Activity.LINK, "https://a.example", "x")]),
    (
        actions({"type": "overflow", "options": [option(url="https://a.example")]}),
        [Active(Activity.LINK, "https://a.example", "t")],
    ),
    (video(title_url="https://a.example"), [Active(Activity.LINK, "https://a.example")]),
    (
        {"type": "markdown", "text": "[b](https://a.example) <!here>"},
        [Active(Activity.LINK, "https://a.example", "b"), Active(Activity.BROADCAST, "here")],
    ),
    (
        {"type": "table", "rows": [[rich({"type": "user", "user_id": "U0"})]]},
        [Active(Activity.USER, "U0")],
    ),
    (
        {"type": "container", "title": plain("<!here>"), "child_blocks": [section(text=mrkdwn("<!here>"))]},
        [Active(Activity.BROADCAST, "here")],
    ),
]


@pytest.mark.parametrize(("block", "expected"), BLOCKS, ids=lambda value: str(value)[:60])
def test_active_elements_are_found_wherever_they_are(block: Json, expected: list[Active]) -> None:
    assert check_message([block]).error is None
    assert active_content([block]) == expected


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "options", "rows", "element"]), children)
    ),
    max_leaves=10,
)
_KINDS = st.sampled_from(["section", "actions", "rich_text", "table", "data_table", "container", "input", "nonsense"])


@given(st.lists(st.dictionaries(st.just("type"), _KINDS) | _JSON, max_size=3))
def test_whatever_is_sent_there_is_a_verdict(blocks: list[Any]) -> None:
    assert check_message(blocks).error in {None, "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}
