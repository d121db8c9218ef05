"""What a record of a use cannot say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.access import ChannelId, UserId
from bot.domain.scopes import Region, Scope, ScopeKind
from bot.domain.uses import Surface, Use

USE = Use(
    user=UserId("U0ADA"),
    verb="search",
    surface=Surface.COMMAND,
    scope="",
    channel=ChannelId("C0AUDIT"),
    at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    shown=0,
    outcome="answered",
)


def test_a_use_is_at_an_exact_moment() -> None:
    with pytest.raises(ValueError, match="UTC"):
        replace(USE, at=datetime(2026, 3, 1, 12))  # noqa: DTZ001 — that is what is refused


def test_a_use_shows_no_event_or_some() -> None:
    with pytest.raises(ValueError, match="no event or some"):
        replace(USE, shown=-1)


@given(
    st.builds(
        Scope,
        st.sampled_from(ScopeKind),
        st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,9}[A-Za-z0-9])?", fullmatch=True),
        st.sampled_from(Region),
    )
)
def test_a_use_knows_the_scope_that_it_was_about(scope: Scope) -> None:
    assert replace(USE, scope=str(scope)).about == scope


@pytest.mark.parametrize("words", ["", "all of them", "team a (US)", "space a (moon)", "space ../a (US)"])
def test_a_use_of_no_scope_is_about_none(words: str) -> None:
    assert replace(USE, scope=words).about is None
