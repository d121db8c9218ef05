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
    with mpl.rc_context({"font.size": 11}):
        drawing = Drawing(figsize=(6.4, 3.6), layout="constrained")
        axes = drawing.subplots()
        axes.plot([each.history for each in found], [each.cpu_s * 1_000 for each in found], marker="o")
        axes.set(xscale="log", xlabel="events in the ledger before", ylabel=f"CPU for a digest of {NEW} events, ms")
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, alpha=0.3)
        path = IMAGES / "digest-cost.png"
        drawing.savefig(path, dpi=130)
    return path
