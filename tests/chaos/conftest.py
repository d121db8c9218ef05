"""Chaos is drawn from seeds: a failed test's name holds the one that replays it; a run ends with what came of it."""

from __future__ import annotations

from collections import Counter

import pytest

from .databases import Kind


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(metafunc.config.getoption("--rounds")), ids="seed-{}".format)
    if "kind" in metafunc.fixturenames:
        only = metafunc.config.getoption("--database")
        metafunc.parametrize("kind", [Kind(only)] if only else list(Kind), ids=str)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The more kills, the longer a campaign may take."""
    for item in items:
        if isinstance(item, pytest.Function) and "kind" in item.fixturenames:
            item.add_marker(pytest.mark.timeout(300 + 5 * config.getoption("--kills")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line a test: how often each of its outcomes, which are all correct ones, came about."""
    outcomes: dict[str, Counter[str]] = {}
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "outcome":
                outcomes.setdefault(report.nodeid.partition("[")[0], Counter())[str(value)] += 1
        for name, value in report.user_properties if report.when == "call" else ():
            if name == "figures":
                terminalreporter.write_line(f"{report.nodeid}: {value}")
    for test, counts in outcomes.items():
        terminalreporter.write_line(
            f"{test}: " + "; ".join(f"{count} × {word}" for word, count in counts.most_common())
        )
