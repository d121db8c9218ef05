"""`make` alone says what there is to do, and CI does it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import NeedTool

    from .conftest import Run

WORDS = ("install", "demo", "test", "check", "bench", "chaos", "fmt", "lock", "clean")


@pytest.mark.parametrize("word", WORDS)
def test_make_alone_lists_every_word_with_what_it_does(root: Path, run: Run, need_tool: NeedTool, word: str) -> None:
    listed = run(need_tool("make", apt="make"), cwd=root)
    assert listed.returncode == 0
    (line,) = [line for line in listed.stdout.splitlines() if line.startswith(f"make {word} ")]
    assert len(line.split()) > 3


def test_ci_runs_what_a_developer_runs(root: Path) -> None:
    script = root / ".ci/run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == "make check"
