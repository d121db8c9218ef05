from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.text import UNSEEN, clean, escape, has_unseen, shown, truncate, width

ANY = st.text(st.characters())  # lone surrogates too


@pytest.mark.parametrize(
    ("raw", "escaped"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U123> & <https://x.example|bank>", "&lt;@U123&gt; &amp; &lt;https://x.example|bank&gt;"),
        ("&lt;", "&amp;lt;"),
    ],
)
def test_escaping_disarms_everything_that_slack_would_parse(raw: str, escaped: str) -> None:
    assert escape(raw) == escaped


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Jane Doe", "Jane Doe"),
        ("Jane\n\tDoe\r\n", "Jane Doe"),
        ("admin\u200b", f"admin{UNSEEN}"),
        ("evil\u202etxt.exe", f"evil{UNSEEN}txt.exe"),
        ("\u2066\u2067\u2069", UNSEEN),
        ("bell\x07 and escape\x1b[31m", f"bell{UNSEEN} and escape{UNSEEN}[31m"),
        ("half \ud83d an emoji", f"half {UNSEEN} an emoji"),
        ("\u3164\u2800", UNSEEN),
        ("tagged\U000e0041", f"tagged{UNSEEN}"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("日本語 हिन्दी עברית", "日本語 हिन्दी עברית"),
        ("Zoë, Zoe\u0308", "Zoë, Zoe\u0308"),
        ("z" + "\u0335" * 50 + "algo", "z" + "\u0335" * 4 + UNSEEN + "algo"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_such(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_names_that_differ_by_something_invisible_do_not_look_the_same() -> None:
    assert clean("root") != clean("ro\u00adot") != clean("ro\u2060\u200dot!")


@given(ANY)
def test_clean_text_is_visible_on_one_line_and_stays_so(raw: str) -> None:
    cleaned = clean(raw)
    assert not has_unseen(cleaned)
    assert set(filter(str.isspace, cleaned)) <= {" "}
    assert clean(cleaned) == cleaned
    cleaned.encode()


@given(ANY, st.integers(1, 60))
def test_shown_text_fits_and_ends_in_an_ellipsis_where_something_is_missing(raw: str, limit: int) -> None:
    result = shown(raw, limit)
    assert width(result) <= limit
    assert result == clean(raw) or result.endswith("…")


@given(st.text(), st.integers(1, 60))
def test_text_that_fits_is_not_touched(raw: str, limit: int) -> None:
    if len(raw.encode("utf-16-le", "surrogatepass")) // 2 <= limit:
        assert truncate(raw, limit) == raw


@pytest.mark.parametrize(
    ("raw", "limit", "cut"),
    [
        ("abcdef", 4, "abc…"),
        ("ab cdef", 4, "ab…"),
        ("aaae\u0301", 4, "aaa…"),
        ("ae\u0301\u0302bc", 4, "a…"),
        ("a👍🏽b", 5, "a…"),
        ("👍👍👍", 4, "👍…"),
        ("x", 1, "x"),
        ("xy", 1, "…"),
    ],
)
def test_a_cut_keeps_letters_and_emoji_whole(raw: str, limit: int, cut: str) -> None:
    assert truncate(raw, limit) == cut


def test_endless_text_costs_no_more_than_its_beginning() -> None:
    assert shown("a" * 10_000_000, 5) == "aaaa…"
    assert shown("\u200b" * 10_000_000 + "a", 5) == f"{UNSEEN}…"
