""".env.example names every variable that the bot reads, with what it is for and its default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.settings import settings_table

if TYPE_CHECKING:
    from pathlib import Path


def variables() -> dict[str, tuple[str, str]]:
    """Default and meaning of each variable, as the manual's table has them."""
    rows = [line.strip("| ").split(" | ") for line in settings_table().replace("|  |", "| - |").splitlines()]
    return {row[0].strip("`"): (row[1].strip("`-"), row[2].replace("`", "")) for row in rows if row[0].startswith("`")}


@pytest.fixture
def lines(root: Path) -> list[str]:
    return (root / ".env.example").read_text().splitlines()


def test_it_names_every_variable_and_no_other(lines: list[str]) -> None:
    named = [found[1] for line in lines if (found := re.match("#?([A-Z_]+)=", line))]
    assert named == list(variables())


@pytest.mark.parametrize("name", variables())
def test_a_variable_has_its_meaning_above_it_and_its_default_as_a_comment(lines: list[str], name: str) -> None:
    default, meaning = variables()[name]
    line = f"#{name}={default}" if default else f"{name}="
    assert lines[lines.index(line) - 1] == f"# {meaning}"
