"""What is left to say when something happened that nobody thought of."""

from __future__ import annotations

import sys
import traceback

from bot.cli.words import PROGRAM, Exit
from bot.logs import Redactor


def report() -> Exit:
    """Show the present exception without its secrets, and return the status to end with."""
    sys.stderr.write(Redactor()(traceback.format_exc()))
    sys.stderr.write(f"{PROGRAM}: this is a defect; please report it with the lines above.\n")
    return Exit.FAILED
