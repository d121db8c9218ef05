"""The windows that stand where something is being read, or could not be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.adapters.slack.views import windows
from bot.adapters.slack.views.window_limits import window_violations
from bot.domain.access import ChannelId

CHANNEL = ChannelId("C1")


@pytest.mark.parametrize("state", ["reading", "broken"])
def test_a_window_without_a_result_looks_as_agreed(state: str, snapshot: SnapshotAssertion) -> None:
    assert getattr(windows, state)("What happened around it", CHANNEL) == snapshot


@given(title=st.text(max_size=80))
def test_no_title_makes_a_window_that_slack_refuses(title: str) -> None:
    for view in (windows.reading(title, CHANNEL), windows.broken(title, CHANNEL)):
        assert not window_violations(view)
