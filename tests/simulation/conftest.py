"""Runs come in shards, so that several workers can share them, and one that hangs is seen early.

``--runs`` says how many there are of the ordinary ones, ``--seed`` replays the one run whose seed a failure has told.
"""

from __future__ import annotations

import pytest

RUNS_A_SHARD = 250
RUNS_OF_CHAOS = 5_000
FIRST_OF_CHAOS = 1_000_000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seeds" not in metafunc.fixturenames:
        return
    chaos = metafunc.definition.get_closest_marker("chaos") is not None
    first, count = (FIRST_OF_CHAOS, RUNS_OF_CHAOS) if chaos else (0, metafunc.config.getoption("--runs"))
    ends = range(first, first + count, RUNS_A_SHARD)
    shards = [range(start, min(start + RUNS_A_SHARD, first + count)) for start in ends]
    if (seed := metafunc.config.getoption("--seed")) is not None:
        shards = [range(seed, seed + 1)]
    metafunc.parametrize("seeds", shards, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
