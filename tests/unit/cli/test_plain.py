from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plain import plain

SPELLED = {
    "\x1b[2J": r"\x1b[2J",
    "a\nb\tc\r": r"a\nb\tc\r",
    "\x9b31m": r"\x9b31m",
    "\u202eexe": r"\u202eexe",
    "\u2028": r"\u2028",
    "\ud800": r"\ud800",
    "\U000e0041": r"\U000e0041",
}


@pytest.mark.parametrize("text", SPELLED, ids=ascii)
def test_what_steers_a_terminal_is_spelled_out(text: str) -> None:
    assert plain(text) == SPELLED[text]


@pytest.mark.parametrize("text", ["Jane Doe", "Zoë 山田 🦊", "C:\\x1b", "क्‍ष", "<!channel> *x*", ""])
def test_what_is_there_to_be_read_stays(text: str) -> None:
    assert plain(text) == text


@given(st.text(st.characters()))
def test_no_text_holds_a_control_character_afterwards(text: str) -> None:
    assert not [letter for letter in plain(text) if unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}]
