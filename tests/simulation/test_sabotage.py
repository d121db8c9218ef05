"""Each safeguard is there for a reason: without it, events are lost or told twice, and the oracle says so."""

from __future__ import annotations

import pytest

from .oracle import defects
from .sabotage import HELD_UP, SABOTAGES, SHORT_SIGHTED
from .world import Setting, simulate

RUNS = 300


@pytest.mark.parametrize("safeguard", SABOTAGES)
def test_the_simulation_fails_with(safeguard: str) -> None:
    setting = SABOTAGES[safeguard]
    found: list[str] = next(filter(None, (defects(simulate(seed, setting)) for seed in range(RUNS))), [])
    assert any("told" in defect or "again" in defect for defect in found)


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(SHORT_SIGHTED, id="hardly looking back"),
        pytest.param(HELD_UP, id="standing still"),
    ],
)
def test_the_settings_of_a_sabotage_are_harmless_without_it(setting: Setting) -> None:
    for seed in range(40):
        assert defects(simulate(seed, setting)) == []
