"""How costs grow, drawn for ``docs/performance.md``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure as Drawing

from benchmarks.digesting import NEW, Digesting

IMAGES = Path(__file__).parents[1] / "docs" / "images"


def digests(found: Sequence[Digesting]) -> Path:
    """Draw what a digest costs on top of how much history; gives the file."""
    points = [(each.history, each.cpu_s * 1_000) for each in found]
    return _draw("digest-cost.png", points, "events in the ledger before", f"CPU for a digest of {NEW} events, ms")


def memory(found: Sequence[tuple[int, float]]) -> Path:
    """Draw how much memory a log of how many events takes to read, in MiB; gives the file."""
    return _draw("memory.png", found, "events read to a file", "most memory held, MiB")


def _draw(name: str, points: Sequence[tuple[float, float]], across: str, up: str) -> Path:
    with mpl.rc_context({"font.size": 11}):
        drawing = Drawing(figsize=(6.4, 3.6), layout="constrained")
        axes = drawing.subplots()
        axes.plot([x for x, _ in points], [y for _, y in points], marker="o")
        axes.set(xscale="log", xlabel=across, ylabel=up)
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, alpha=0.3)
        path = IMAGES / name
        drawing.savefig(path, dpi=130)
    return path
