"""Thousands of worlds in which everything goes wrong, and nothing is lost or told twice.

A failure tells its seed: ``pytest tests/simulation -k once --seed N`` runs that world again, exactly.
"""

from __future__ import annotations

from collections import Counter

import pytest

from bot.waypoints import Waypoint

from .oracle import defects
from .weather import Fault
from .world import CRASHES, Setting, simulate

_ENOUGH_FOR_ALL_FAULTS = 200
_RUNS_A_WAYPOINT = 8


def check(seeds: range) -> None:
    """Run the worlds of these seeds, and see to it that faults struck."""
    struck: Counter[Fault] = Counter()
    for seed in seeds:
        world = simulate(seed)
        found = defects(world)
        assert not found, f"seed {seed}: " + "; ".join(found)
        struck += world.weather.struck
    if len(seeds) >= _ENOUGH_FOR_ALL_FAULTS:
        assert [fault for fault in Fault if not struck[fault]] == []


def test_every_event_is_told_once_whatever_happens(seeds: range) -> None:
    check(seeds)


@pytest.mark.chaos
def test_every_event_is_told_once_in_thousands_of_worlds(seeds: range) -> None:
    check(seeds)


@pytest.mark.parametrize("waypoint", CRASHES, ids=lambda waypoint: waypoint.name.lower())
def test_nothing_is_lost_or_told_twice_when_processes_die_again_and_again_where(waypoint: Waypoint) -> None:
    crashes = 0
    for seed in range(_RUNS_A_WAYPOINT):
        world = simulate(seed, Setting(only=_FAULTS_TO_GET_ANYWHERE, often=2, dies_at=waypoint))
        found = defects(world)
        assert not found, f"seed {seed}: " + "; ".join(found)
        crashes += world.crashes[waypoint]
    assert crashes > 0


def test_a_seed_gives_the_same_world_again() -> None:
    first, second = simulate(4), simulate(4)
    assert first.slack.accepted == second.slack.accepted
    assert first.slack.accepted
    assert first.weather.struck == second.weather.struck
    assert first.ended_s == second.ended_s


_FAULTS_TO_GET_ANYWHERE = frozenset(
    (
        Fault.CRASH_AT_WAYPOINT,
        Fault.EVENT_LATE,
        Fault.EVENT_TWIN,
        Fault.PAGE_FAILS,
        Fault.LOG_DOWN,
        Fault.ANSWER_SWALLOWED,
        Fault.CHANNEL_GONE,
    )
)
