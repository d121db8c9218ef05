"""What must not become many times slower, each beside its baseline in the same run; machines differ, so no seconds."""

from __future__ import annotations

import pytest

from benchmarks import scaling

pytestmark = pytest.mark.slow


async def test_a_quiet_poll_asks_once() -> None:
    _, requests = await scaling.quiet_polls(20)
    assert requests.good


async def test_a_digest_costs_what_is_new_rather_than_what_is_old() -> None:
    found = await scaling.digests((1_000, 10_000))
    assert found.ratio < 5
