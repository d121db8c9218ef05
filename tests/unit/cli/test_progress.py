from __future__ import annotations

import io

import pytest

from bot.cli.progress import Progress
from bot.domain.coverage import Coverage
from bot.domain.query import Window

ERASE = "\r\x1b[2K"
HALF = Coverage(Window(), pages=5, pages_total=10, events=500, matched=500, total=1000)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def test_the_bar_shows_how_much_of_the_log_is_read() -> None:
    terminal = Terminal()
    Progress(stream=terminal).show(HALF)
    assert terminal.getvalue() == f"{ERASE}Reading {'━' * 12}{'─' * 12} page 5 of 10 · 500 of 1,000 events"


DRAWN = {
    "nothing yet": (Coverage(Window()), None, "Reading … "),
    "an unknown length": (Coverage(Window(), pages=2, events=200), None, "Reading … page 2 · 200 events"),
    "a limit, which is nearer than the end": (
        Coverage(Window(), pages=1, pages_total=100, events=100, matched=50, total=10_000),
        50,
        f"Reading {'━' * 24} page 1 of 100 · 100 of 10,000 events",
    ),
    "a filter": (
        Coverage(Window(), filtered=True, pages=1, pages_total=2, events=100, matched=3, total=200),
        None,
        f"Reading {'━' * 12}{'─' * 12} page 1 of 2 · 100 of 200 events, 3 found",
    ),
}


@pytest.mark.parametrize("state", DRAWN)
def test_the_bar_says_what_is_known(state: str) -> None:
    coverage, limit, expected = DRAWN[state]
    terminal = Terminal()
    Progress(limit, terminal).show(coverage)
    assert terminal.getvalue() == f"{ERASE}{expected}"


def test_the_bar_fits_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()
    Progress(stream=terminal).show(HALF)
    assert len(terminal.getvalue().removeprefix(ERASE)) == 19


def test_words_stand_above_the_bar_which_comes_back_below_them() -> None:
    terminal = Terminal()
    progress = Progress(stream=terminal)
    progress.show(HALF)
    bar = terminal.getvalue().removeprefix(ERASE)
    progress.say("Mondoo answered 503\x1b[2J", "", "Wait.")
    assert terminal.getvalue().endswith(f"{ERASE}Mondoo answered 503\\x1b[2J\nWait.\n{bar}")
    progress.clear()
    assert terminal.getvalue().endswith(ERASE)
    progress.say("done")
    assert terminal.getvalue().endswith(f"{ERASE}done\n")


def test_there_is_no_bar_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    progress = Progress(stream=stream)
    progress.show(HALF)
    progress.clear()
    progress.say("words")
    assert stream.getvalue() == "words\n"


def test_nobody_who_listens_is_no_reason_to_stop() -> None:
    terminal = Terminal()
    progress = Progress(stream=terminal)
    terminal.close()
    progress.show(HALF)
    progress.say("words")
