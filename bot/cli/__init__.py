"""The command line. Next to nothing is imported before ``main``, so that Ctrl-C is understood from the beginning."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command that was typed."""
    try:
        _open_what_is_closed()
        gc.disable()  # until the command is loaded: there is no garbage among modules, only much to search
        # The command line of httpx, which nobody runs here, would import rich, click and pygments; None refuses that.
        sys.modules["httpx._main"] = None  # type: ignore[assignment]
        from bot.cli.commands import app  # noqa: PLC0415 — takes a while, and may be interrupted

        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # noqa: BLE001 — the outermost edge: whatever it is, no secret of it is shown
        from bot.cli.accident import report  # noqa: PLC0415

        sys.exit(report())
    finally:
        gc.freeze()  # or the interpreter would search all that was imported for garbage once more at its end


def loaded() -> None:
    """Search for garbage from now on, though not among what is there already, which stays."""
    gc.freeze()
    gc.enable()


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
