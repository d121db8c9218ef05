"""The log is set up with the first line that there is to write."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator

import pytest

from bot.cli.quiet import set_up_with_first_line


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("chatty").setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


class SetUp:
    """A way to write lines down, which counts how often it was set up."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.times = 0

    def __call__(self) -> None:
        self.times += 1
        logging.basicConfig(stream=self.stream, format="%(name)s: %(message)s", force=True)
        logging.getLogger("chatty").setLevel(logging.CRITICAL)


def test_nothing_is_set_up_where_there_is_nothing_to_write() -> None:
    set_up = SetUp()
    set_up_with_first_line("error", set_up)
    logging.getLogger("somewhere").warning("by the way")
    assert set_up.times == 0


def test_the_first_line_is_written_like_those_after_it() -> None:
    set_up = SetUp()
    set_up_with_first_line("error", set_up)
    logging.getLogger("somewhere").error("first")
    logging.getLogger("elsewhere").error("second")
    assert set_up.times == 1
    assert set_up.stream.getvalue() == "somewhere: first\nelsewhere: second\n"


def test_the_first_line_is_left_out_where_the_set_up_wants_it_to_be() -> None:
    set_up = SetUp()
    set_up_with_first_line("error", set_up)
    logging.getLogger("chatty").error("first")
    assert set_up.stream.getvalue() == ""


def test_a_warning_is_a_line() -> None:
    set_up = SetUp()
    set_up_with_first_line("warning", set_up)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", stacklevel=1)
    assert "UserWarning: old" in set_up.stream.getvalue()
