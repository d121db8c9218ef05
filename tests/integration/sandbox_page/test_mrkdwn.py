"""What mrkdwn becomes, and what it never becomes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.page.mrkdwn import mrkdwn
from bot.sandbox.page.reader import Reader
from bot.sandbox.slack import Workspace, cast
from bot.sandbox.slack.clock import Clock

from .conftest import NOON, See, Seen

SHOWN = {
    "*bold*": "<p><b>bold</b></p>",
    "_slanted_": "<p><i>slanted</i></p>",
    "~struck~": "<p><s>struck</s></p>",
    "`code *as is*`": "<p><code>code *as is*</code></p>",
    "*bold _and slanted_*": "<p><b>bold <i>and slanted</i></b></p>",
    "a*b*c and snake_case_name": "<p>a*b*c and snake_case_name</p>",
    "* not bold *": "<p>* not bold *</p>",
    "*no\nbold*": "<p>*no<br>bold*</p>",
    "one\n\ntwo": "<p>one<br><br>two</p>",
    "```\na *b*\n```": '<pre tabindex="0">a *b*</pre>',
    "before\n```x```\nafter": '<p>before</p><pre tabindex="0">x</pre><p>after</p>',
    "> said\n&gt; so\nand more": "<blockquote>said<br>so</blockquote><p>and more</p>",
    ">>> all\nof it": "<blockquote>all<br>of it</blockquote>",
    "&lt;b&gt; &amp;amp; <https://a.example/?x=1&amp;y=2|words>": (
        '<p>&lt;b&gt; &amp;amp; <a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">'
        "words</a></p>"
    ),
    ":no_such_emoji: at 10:30:45": "<p>:no_such_emoji: at 10:30:45</p>",
    "<!unknown|shown>": "<p><span>shown</span></p>",
}


@pytest.mark.parametrize("source", SHOWN)
def test_formatting_is_slacks(source: str, reader: Reader) -> None:
    assert mrkdwn(source, reader) == SHOWN[source]


MENTIONS = {
    f"<@{cast.OWNER}>": ("@Olivia Berg", "mention"),
    f"<@{cast.OWNER}|boss>": ("@Olivia Berg", "mention"),
    f"<@{cast.MEMBER}>": ("@Mei Tanaka", "mention mention-me"),
    "<@U0NOBODY>": ("@U0NOBODY", "mention"),
    f"<#{cast.GENERAL}>": ("#general", "mention"),
    f"<#{cast.PRIVATE_WITHOUT_BOT}|leadership>": ("#private", "mention"),
    f"<!subteam^{cast.ONCALL_GROUP}>": ("@oncall", "mention"),
    "<!here>": ("@here", "mention mention-me"),
    "<!channel|channel>": ("@channel", "mention mention-me"),
}


@pytest.mark.parametrize("source", MENTIONS)
def test_mentions_stand_out_by_name(source: str, reader: Reader, see: See) -> None:
    page = see(mrkdwn(source, reader))
    assert (page.text, page.all("span")[0]["class"]) == MENTIONS[source]


def test_dates_are_in_the_readers_zone(reader: Reader, see: See) -> None:
    page = see(mrkdwn("<!date^1704067200^{date_short_pretty} at {time}|then>", reader))
    assert page.text == "Jan 1, 2024 at 09:00"
    assert page.all("time")[0]["datetime"] == "2024-01-01T09:00:00+09:00"


@pytest.mark.parametrize("timestamp", ["99999999999999", "soon", "nan", "-1e400"])
def test_a_date_that_is_none_shows_its_fallback(timestamp: str, reader: Reader) -> None:
    assert mrkdwn(f"<!date^{timestamp}^{{date}}|<then>", reader).count("then")
    assert "<time" not in mrkdwn(f"<!date^{timestamp}^{{date}}|then>", reader)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "/query",
        "#top",
    ],
)
def test_an_address_that_is_not_of_the_web_is_no_link(address: str, reader: Reader, see: See) -> None:
    assert not see(mrkdwn(f"<{address}|click me>", reader)).all("a")


def test_an_emoji_is_drawn_or_a_character_and_says_its_name(reader: Reader, see: See) -> None:
    page = see(mrkdwn(":warning: :tada:", reader))
    assert [emoji["aria-label"] for emoji in page.all("span")] == ["warning", "tada"]
    assert "🎉" in page.text
    assert page.all("svg")


HARMLESS = {"p", "pre", "blockquote", "br", "b", "i", "s", "code", "a", "span", "time", "svg", "path"}
PIECES = st.sampled_from(
    ["<", ">", "&", '"', "'", "*", "_", "~", "`", "```", "\n", "|", "^", "!", "@", "#", ":", "\\", " ", "&lt;", "</p>",
     "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!date^1^{time}^javascript:x|y>", "https://x.example/",
     "javascript:alert(1)", "<!channel>", "<@U1>", "\u202e", "\ud800", "\x00", "{{7*7}}", "${x}", "onclick="]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=5))).map("".join))
def test_no_text_makes_anything_active(source: str) -> None:
    workspace = Workspace(Clock(lambda: NOON), seed=1)
    page = Seen()
    page.feed(mrkdwn(source, Reader(workspace, workspace.people[cast.MEMBER])))
    page.close()
    assert page.tags <= HARMLESS
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "https://").startswith(("https://", "http://", "mailto:"))


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="<>&*_~`:"), max_size=200))
def test_plain_words_stay_as_they_are(source: str) -> None:
    workspace = Workspace(Clock(lambda: NOON), seed=1)
    page = Seen()
    page.feed(mrkdwn(source, Reader(workspace, workspace.people[cast.MEMBER])))
    page.close()
    assert page.text == source
