"""What answers say about themselves. The sentences are the point: each is written out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.coverage import Coverage
from bot.domain.query import Window

STOP = {"stopped": "Mondoo answered 503"}

SENTENCES: dict[str, tuple[dict[str, Any], tuple[int, int], str]] = {
    "all of a log": (
        {"pages": 1, "events": 36, "matched": 36, "total": 36, "exhausted": True},
        (1, 10),
        "1–10 of 36, all read",
    ),
    "a log with nothing in it": ({"pages": 1, "total": 0, "exhausted": True}, (1, 0), "no events, all read"),
    "the beginning of a long log": (
        {"pages": 1, "events": 100, "matched": 100, "total": 1234},
        (1, 10),
        "1–10 of 1,234, 100 of 1,234 read so far",
    ),
    "a log that grew past its count": (
        {"pages": 2, "events": 200, "matched": 200, "total": 150},
        (1, 10),
        "1–10 of 200, 200 of 150 read so far",
    ),
    "a log that does not count": (
        {"pages": 1, "events": 100, "matched": 100},
        (1, 10),
        "1–10 of ?, 100 of ? read so far",
    ),
    "some of a log": (
        {"filtered": True, "pages": 1, "events": 36, "matched": 2, "total": 36, "exhausted": True},
        (1, 2),
        "1–2 of 2 that match, all 36 events read",
    ),
    "none of a log": (
        {"filtered": True, "pages": 1, "events": 36, "total": 36, "exhausted": True},
        (1, 0),
        "none of 36 events matches, all 36 events read",
    ),
    "a filter on an empty log": (
        {"filtered": True, "pages": 1, "total": 0, "exhausted": True},
        (1, 0),
        "no events, all read",
    ),
    "a filter half-way": (
        {"filtered": True, "pages": 1, "events": 100, "matched": 12, "total": 1234},
        (1, 10),
        "1–10 of at least 12 that match, 100 of 1,234 read so far",
    ),
    "nothing read yet": ({}, (1, 0), "no events yet, 0 of ? read so far"),
    "a page past what is known": (
        {"pages": 1, "events": 5, "matched": 5},
        (11, 0),
        "no more events, 5 of ? read so far",
    ),
    "a limit": (
        {"pages": 1, "events": 100, "matched": 10, "total": 1234, "limited": True},
        (1, 10),
        "1–10 of 10, limited as asked; 1,234 in the window",
    ),
    "a limit on a log that does not count": (
        {"pages": 1, "events": 100, "matched": 10, "limited": True},
        (1, 10),
        "1–10 of 10, limited as asked",
    ),
    "stopped half-way": (
        {"pages": 3, "pages_total": 13, "events": 300, "matched": 300, "total": 1234, **STOP},
        (1, 10),
        "1–10 of 1,234, stopped after 3 of 13 pages: Mondoo answered 503",
    ),
    "stopped half-way, of unknown length": (
        {"pages": 3, "events": 300, "matched": 300, **STOP},
        (1, 10),
        "1–10 of ?, stopped after 3 of ? pages: Mondoo answered 503",
    ),
    "stopped with nothing that matches": (
        {"filtered": True, "pages": 1, "events": 100, **STOP},
        (1, 0),
        "none of 100 events matches, stopped after 1 of ? pages: Mondoo answered 503",
    ),
    "stopped after an empty page": (
        {"pages": 1, **STOP},
        (1, 0),
        "no events yet, stopped after 1 of ? pages: Mondoo answered 503",
    ),
    "nothing could be read": ({**STOP}, (1, 0), "nothing could be read: Mondoo answered 503"),
}


@pytest.mark.parametrize("state", SENTENCES)
def test_an_answer_says_how_much_is_known_of(state: str) -> None:
    facts, (first, last), sentence = SENTENCES[state]
    assert Coverage(Window(), **facts).describe(first, last) == sentence


FACTS = st.fixed_dictionaries(
    {
        "filtered": st.booleans(),
        "pages": st.integers(0, 3),
        "pages_total": st.none() | st.integers(0, 3),
        "events": st.integers(0, 3),
        "matched": st.integers(0, 3),
        "total": st.none() | st.integers(0, 3),
        "exhausted": st.booleans(),
        "limited": st.booleans(),
        "stopped": st.sampled_from(["", "Mondoo answered 503"]),
    }
)


@given(FACTS, st.integers(0, 2))
def test_whatever_stopped_is_said_and_never_passes_for_complete(facts: dict[str, Any], last: int) -> None:
    coverage = Coverage(Window(), **facts)
    said = coverage.describe(1, last)
    assert coverage.stopped in said
    if coverage.stopped:
        assert not coverage.complete
        assert "all read" not in said
    if coverage.failed:
        assert "no events" not in said
