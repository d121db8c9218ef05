"""Figures: what was measured beside what, in the same run, and what it is to be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.table import Table

RESULTS: Final = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement as a ratio to its baseline; it is good where the ratio is on the right side of the goal."""

    name: str
    measured: float
    baseline: float
    unit: str
    against: str
    """What the baseline is."""
    goal: float
    at_least: bool = False
    """Whether the ratio is to be the goal or more; else the goal or less."""

    @property
    def ratio(self) -> float:
        """The measurement for each of its baseline."""
        return self.measured / self.baseline

    @property
    def good(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal


def table(figures: Sequence[Figure]) -> Table:
    """The figures for people."""
    shown = Table("figure", "measured", "beside", "ratio", "goal", "")
    for each in figures:
        shown.add_row(
            each.name,
            f"{each.measured:,.4g} {each.unit}",
            f"{each.baseline:,.4g} {each.unit}: {each.against}",
            f"{each.ratio:.2f}",
            f"{'≥' if each.at_least else '≤'} {each.goal:g}",
            "good" if each.good else "missed",
        )
    return shown


def keep(figures: Sequence[Figure]) -> None:
    """Write them down, in place of the last ones."""
    written = [{**asdict(each), "ratio": round(each.ratio, 3), "good": each.good} for each in figures]
    RESULTS.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
