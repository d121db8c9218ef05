"""Figures: what was measured beside what, in the same run, and what it is to be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.table import Table

RESULTS: Final = Path(__file__).with_name("results.json")
_WHOLE: Final = 1_000
"""From here on nothing is shown behind the point."""


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


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something was not measured."""

    name: str
    reason: str


Row = Figure | Failure


def table(rows: Sequence[Row]) -> Table:
    """The figures for people."""
    shown = Table("figure", "measured", "beside", "ratio", "goal", "")
    for row in rows:
        match row:
            case Figure():
                shown.add_row(
                    row.name,
                    _amount(row.measured, row.unit),
                    f"{_amount(row.baseline, row.unit)}: {row.against}",
                    f"{row.ratio:.2f}",
                    f"{'≥' if row.at_least else '≤'} {row.goal:g}",
                    "good" if row.good else "missed",
                )
            case Failure():
                shown.add_row(row.name, "not measured", row.reason, "", "", "failed")
    return shown


def _amount(value: float, unit: str) -> str:
    """Four digits of it, or all that stand before the point."""
    shown = f"{value:,.0f}" if value >= _WHOLE else f"{value:.4g}"
    return f"{shown} {unit}".rstrip()


def keep(rows: Sequence[Row], machine: str) -> None:
    """Write them down, in place of the last ones."""
    figures = [
        {**asdict(row), "ratio": round(row.ratio, 3), "good": row.good} for row in rows if isinstance(row, Figure)
    ]
    failures = [asdict(row) for row in rows if isinstance(row, Failure)]
    when = datetime.now(UTC).isoformat(timespec="minutes")
    written = {"when": when, "machine": machine, "figures": figures, "failures": failures}
    RESULTS.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
