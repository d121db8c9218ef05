"""Turns of phrase."""

from __future__ import annotations

import pytest

from bot.domain.wording import listed, nearest, shown, spans


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


@pytest.mark.parametrize(
    ("numbers", "runs"),
    [
        ([], []),
        ([3], [(3, 3)]),
        ([2, 1], [(1, 1), (2, 2)]),
        ([3, 1, 2, 2], [(1, 3)]),
        ([1, 2, 3, 5, 7, 8, 9], [(1, 3), (5, 5), (7, 9)]),
    ],
)
def test_whole_numbers_fall_into_runs(numbers: list[int], runs: list[tuple[int, int]]) -> None:
    assert list(spans(numbers)) == runs
