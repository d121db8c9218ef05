"""What a record of a use cannot say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.access import ChannelId, UserId
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
