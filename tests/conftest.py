"""What every test may rely on: how hard to try, and what to say of a tool that is not there."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings

from tests.forks import Forks, open_forks

_HERE = Path(__file__).parent

# Neither a slow machine nor a busy one is a defect: time is judged by the tests that are about time.
settings.register_profile("default", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")

# A shell's background job ignores Ctrl-C, and so would the programs that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


_UNMEASURED = (
    "scenario",
    "simulation",
    "integration/cli",
    "integration/mondoo/test_parallel.py",
    "integration/mondoo/test_reading.py",
    "contract/test_ledger_machine.py",
    "contract/test_outbox_machine.py",
    "unit/domain/test_any_command.py",
    "unit/mondoo/test_paging.py",
    "unit/mondoo/test_parallel.py",
    "unit/slack/test_any_digest.py",
)
"""Tests that measure no coverage: they run in other processes, or go over the same lines again and again, which costs
far more when it is measured."""
_SHARED = ("browser", "chaos", "benchmarks")
"""Tests that share with the others of their file what takes long to begin."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure coverage only where it is worth its cost, and keep together what shares its beginning."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            place = item.path.relative_to(_HERE).as_posix()
            if place.startswith(_UNMEASURED):
                item.add_marker("no_cover")
            if place.startswith(_SHARED):
                item.add_marker(pytest.mark.xdist_group(place))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=2, help="how many seeds each chaos test gets")
    parser.addoption("--kills", type=int, default=12, help="how often a chaos campaign kills the bot")
    parser.addoption("--database", default="", help="the one database of chaos campaigns: sqlite or postgresql")
    parser.addoption("--runs", type=int, default=100, help="how many worlds the simulation runs")
    parser.addoption("--seed", type=int, default=None, help="the one world that the simulation runs, as a failure told")


class NeedTool(Protocol):
    """``need_tool("chromium", apt="chromium")`` gives the program's path.

    Where it is missing, the test is skipped with a word on how to get it; under ``CI=true`` it fails, since there a
    skipped test would look like a passed one. Several names are tried in their order.
    """

    def __call__(self, *names: str, apt: str) -> Path: ...


@pytest.fixture(scope="session")
def need_tool() -> NeedTool:
    """Finds a program that no Python package brings along."""

    def find(*names: str, apt: str) -> Path:
        for name in names:
            if path := shutil.which(name):
                return Path(path)
        sentence = f"{names[0]} is not installed: apt-get install {apt}"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)

    return find


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Where processes of the bot begin without much ado."""
    with open_forks() as forks:
        yield forks
