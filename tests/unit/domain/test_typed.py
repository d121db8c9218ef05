"""The words of a command, and what Slack and shells do to them."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.typed import Word, join, quote, tidy, unescape_slack, words

VALUES = st.text().map(tidy).filter(bool)


def pairs(text: str) -> list[tuple[str | None, str]]:
    return [(word.key, word.value) for word in words(text).words]


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("actor=<mailto:jane@x.com|jane@x.com>", "actor=jane@x.com"),
        ("actor=<mailto:jane@x.com>", "actor=jane@x.com"),
        ("text=<tel:+4930|+49 30>", "text=+49 30"),
        (
            "org=//<http://captain.api.mondoo.app/spaces/x|captain.api.mondoo.app/spaces/x>",
            "org=//captain.api.mondoo.app/spaces/x",
        ),
        ("text=<https://x.com/a?b=1&amp;c=2>", "text=https://x.com/a?b=1&c=2"),
        ("actor=<@U123|jane>", "actor=@jane"),
        ("actor=<@U123>", "actor=@U123"),
        ("text=<#C1|ops>", "text=#ops"),
        ("text=<#C1|>", "text=#C1"),
        ("text=<!here>", "text=@here"),
        ("text=<!subteam^S1|@oncall>", "text=@oncall"),
        ("text=<!subteam^S1>", "text=@subteam"),
        ("channel=<#C1|ops>", "channel=C1"),
        ("Channel = <#C1|>", "Channel = C1"),
        ('channel="<#C1|ops>"', 'channel="C1"'),
        ("mention=<!subteam^S1|@oncall>", "mention=S1"),
        ("mention=<!subteam^S1>", "mention=S1"),
        ("mention=<!here>", "mention=@here"),
        ("mention=<@U1|jane>", "mention=@jane"),
        ("subchannel=<#C1|ops>", "subchannel=#ops"),
        ("text=a &amp;&amp; b &lt;c&gt;", "text=a && b <c>"),
        ("text=&amp;lt;", "text=&lt;"),
        ("org=<ORGANIZATION-ID>", "org=<ORGANIZATION-ID>"),
        ("a < b|c > d", "a < b|c > d"),
        ("text=1 < 2", "text=1 < 2"),
    ],
)
def test_slack_text_becomes_what_was_typed(sent: str, typed: str) -> None:
    assert unescape_slack(sent) == typed


@given(st.text())
def test_text_that_slack_only_escaped_comes_back(text: str) -> None:
    sent = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert unescape_slack(sent) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  org=a\n\tsince=24h ", "org=a  since=24h"),
        ("org=\u200ba\ufeff", "org=a"),
        ("text=\u202eevil\u202c", "text=evil"),
        ("a\x00b\x1bc\ud800d", "abcd"),
        ("a\u00a0b\u2028c\x85d", "a b c d"),
    ],
)
def test_nothing_invisible_stays_in_a_text(text: str, clean: str) -> None:
    assert tidy(text) == clean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("org=a since=24h", [("org", "a"), ("since", "24h")]),
        ("help since", [(None, "help"), (None, "since")]),
        ("org = a  since =24h last= 7d", [("org", "a"), ("since", "24h"), ("last", "7d")]),
        ("text=a=b", [("text", "a=b")]),
        ("=a", [(None, "=a")]),
        ('text="owner added" x=1', [("text", "owner added"), ("x", "1")]),
        ("text='owner added'", [("text", "owner added")]),
        ("text=“owner added”", [("text", "owner added")]),
        ("text=„owner added“", [("text", "owner added")]),
        ("text=«owner added»", [("text", "owner added")]),
        ("text=‘owner added’", [("text", "owner added")]),
        ("text=‚owner added‘", [("text", "owner added")]),  # noqa: RUF001 — a German keyboard types this
        ('text="owner added”', [("text", "owner added")]),
        ("text='it's here'", [("text", "it's here")]),
        ('text="19"-rack 4"', [("text", '19"-rack 4')]),
        ('text="John’s log"', [("text", "John’s log")]),
        (r'text="say \"hi\" \\ \n"', [("text", r'say "hi" \ \n')]),
        (r"text=a\"b", [("text", r"a\"b")]),
        ('text=" padded "', [("text", "padded")]),
        ('"two words" org=a', [(None, "two words"), ("org", "a")]),
        ("org= since=24h", [("org", ""), ("since", "24h")]),
        ("since=24h org=", [("since", "24h"), ("org", "")]),
        ('org= "a=b"', [("org", "a=b")]),
        ('text=""', [("text", "")]),
    ],
)
def test_words_have_a_key_where_an_equals_sign_gives_one(text: str, expected: list[tuple[str | None, str]]) -> None:
    assert pairs(text) == expected
    assert words(text).stray_quote == ""


@pytest.mark.parametrize(
    ("text", "stray", "expected"),
    [
        ("actor=“Jane since=24h", "“", [("actor", "Jane"), ("since", "24h")]),
        ("'tis", "'", [(None, "tis")]),
        ("text=' x", "'", [("text", "x")]),
        ("text='", "'", [("text", "")]),
        ("\"a 'b", '"', [(None, "a"), (None, "b")]),
    ],
)
def test_a_quotation_mark_that_nothing_closes_is_passed_over_and_told(
    text: str, stray: str, expected: list[tuple[str | None, str]]
) -> None:
    assert words(text).stray_quote == stray
    assert pairs(text) == expected


@given(VALUES)
def test_a_quoted_value_reads_back_as_itself(value: str) -> None:
    assert pairs(f"text={quote(value)}") == [("text", value)]


@given(VALUES, VALUES)
def test_a_quoted_value_does_not_touch_its_neighbours(first: str, second: str) -> None:
    text = f"text={quote(first)} {Word(second, 'actor')} org=a"
    assert pairs(text) == [("text", first), ("actor", second), ("org", "a")]


@given(st.text(alphabet="abc=\"'“” \\<>"))
def test_any_text_falls_into_words(text: str) -> None:
    for word in words(text).words:
        assert word.value == word.value.strip()
        assert word.key is None or word.key


@pytest.mark.parametrize("text", ['"\\' * 1999, "'a" * 1999, '"' * 3999, "a= " * 1300, "=" * 3999, "a " * 1999 + "="])
def test_hostile_text_of_full_length_is_read_at_once(text: str) -> None:
    assert words(text).words or words(text).stray_quote


def test_a_word_is_written_as_it_was_typed() -> None:
    assert str(Word("a b", "text")) == 'text="a b"'
    assert str(Word("", "org")) == "org="
    assert str(Word("help")) == "help"
    assert str(Word("", quoted=True)) == '""'


@pytest.mark.parametrize(
    "command",
    [
        "org=a since=2024-05-01",
        'org=a text="owner added" since="2024-05-01 10:00"',
        """text='"quoted already"'""",
        '"two words" org=a',
        "org= since=24h",
    ],
)
def test_arguments_of_a_shell_mean_what_they_mean_in_slack(command: str) -> None:
    assert pairs(join(shlex.split(command))) == pairs(command.replace("'", ""))


@given(VALUES.filter(lambda value: value[0].isalnum()))
def test_a_value_from_a_shell_keeps_its_spaces(value: str) -> None:
    assert pairs(join([f"text={value}", "org=a"])) == [("text", value), ("org", "a")]
