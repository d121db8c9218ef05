"""Chaos is drawn from seeds: a failed test's name holds the one that replays it; a run ends with what came of it."""

from __future__ import annotations

from collections import Counter

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(metafunc.config.getoption("--rounds")), ids="seed-{}".format)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line a test: how often each of its outcomes, which are all correct ones, came about."""
    outcomes: dict[str, Counter[str]] = {}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "outcome":
                outcomes.setdefault(report.nodeid.partition("[")[0], Counter())[str(value)] += 1
    for test, counts in outcomes.items():
        terminalreporter.write_line(
            f"{test}: " + "; ".join(f"{count} × {word}" for word, count in counts.most_common())
        )
