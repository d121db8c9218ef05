"""Markup is safe by construction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.page.markdown import markdown
from bot.sandbox.page.markup import h, text

from .conftest import See, Seen


def test_text_is_escaped_and_markup_is_not_escaped_again() -> None:
    assert h("p", "<b>", h("b", "&")) == "<p>&lt;b&gt;<b>&amp;</b></p>"


def test_attributes_are_written_as_html_writes_them() -> None:
    made = h("input", type="text", aria_label='say "hi"', class_="wide", hidden=True, disabled=False, title=None)
    assert made == '<input type="text" aria-label="say &#34;hi&#34;" class="wide" hidden>'


@pytest.mark.parametrize(
    "address", ["javascript:x", " javascript:x", "data:x", "//other.example", "blob:x", "file:///"]
)
def test_an_address_that_could_act_is_left_out(address: str) -> None:
    assert h("a", "x", href=address) == "<a>x</a>"


def test_what_no_page_can_hold_is_replaced() -> None:
    assert text("a\ud800b\x00c\td\n") == "a\ufffdb\ufffdc\td\n"


@given(st.text(), st.text())
def test_any_text_and_any_value_come_back_from_the_page(words: str, value: str) -> None:
    page = Seen()
    page.feed(h("p", words, title=value))
    page.close()
    assert page.elements == [("p", {"title": str(text(value).unescape())})]
    assert page.text == text(words).unescape()


def test_markdown_has_no_raw_html_and_no_links_that_act(see: See) -> None:
    page = see(
        markdown("# *hi*\n<script>x</script> [a](javascript:alert(1)) [b](https://b.example) ![p](https://p.example)")
    )
    assert page.tags == {"h1", "em", "p", "a"}
    assert [link["href"] for link in page.all("a")] == ["https://b.example", "https://p.example"]
    assert "<script>x</script>" in page.text


def test_markdown_knows_tables_and_struck_words(see: See) -> None:
    assert {"table", "th", "td", "s"} <= see(markdown("|a|\n|-|\n|~~1~~|")).tags
