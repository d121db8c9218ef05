"""The command line. Next to nothing is imported before ``main``, so that Ctrl-C is understood from the beginning."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command that was typed."""
    try:
        _open_what_is_closed()
        from bot.cli.commands import app  # noqa: PLC0415 — takes a while, and may be interrupted

        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # noqa: BLE001 — the outermost edge: whatever it is, no secret of it is shown
        from bot.cli.accident import report  # noqa: PLC0415

        sys.exit(report())


def _open_what_is_closed() -> None:
    """Let standard streams that the shell closed (``>&-``) lead nowhere.

    In the order of their numbers, so that each gets its own, and no connection or file is written to in its place.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 — for as long as the program runs
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 — likewise
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 — likewise
