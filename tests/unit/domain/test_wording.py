"""Turns of phrase."""

from __future__ import annotations

import pytest

from bot.domain.wording import listed, nearest, shown


@pytest.mark.parametrize(
    ("words", "prose"), [([], ""), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_words_are_listed_in_prose(words: list[str], prose: str) -> None:
    assert listed(words, "or") == prose


def test_what_was_typed_is_shown_in_quotes_and_cut_where_it_is_long() -> None:
    assert shown("a b") == "“a b”"
    assert shown("x" * 40) == f"“{'x' * 40}”"
    assert shown("x" * 41) == f"“{'x' * 39}…”"


@pytest.mark.parametrize(
    ("word", "found"), [("TOKN", "Token"), ("agnet", "agent"), ("zebra", ""), ("", ""), ("token" * 1000, "")]
)
def test_the_nearest_word_is_found_whatever_its_case(word: str, found: str) -> None:
    assert nearest(word, ["Token", "agent"]) == found
