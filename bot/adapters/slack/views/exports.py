"""What people read of an export: how far it has come, and what became of it."""

from __future__ import annotations

from typing import Final

from bot.adapters.slack.text import shown
from bot.adapters.slack.views.blocks import Json, context, emoji, message, rich, section, space, text, warning
from bot.domain.coverage import Coverage
from bot.domain.formats import FileFormat

FORMATS: Final = {
    FileFormat.CSV: "CSV, for spreadsheets",
    FileFormat.NDJSON: "NDJSON: a JSON object a line",
    FileFormat.OCSF: "OCSF 1.5: JSON lines for a SIEM",
}
_COMMENT_LIMIT: Final = 600


def under_way(name: str, coverage: Coverage) -> Json:
    """How far it has come, as in ``1,200 of 36,000 read``."""
    total = "?" if coverage.total is None else f"{max(coverage.total, coverage.events):,}"
    words = f"Exporting the audit log of {name}: {coverage.events:,} of {total} events read"
    hourglass = emoji("hourglass_flowing_sand", "\N{HOURGLASS WITH FLOWING SAND}")
    return message(words, rich(section(hourglass, space(), text(f"{words} …"))))


def interrupted(name: str) -> Json:
    """The bot ends before the export does."""
    words = f"The export of the audit log of {name} was interrupted: the bot is restarting."
    return message(words, warning(words, "Please ask for it again in a minute."))


def not_sent(name: str) -> Json:
    """What was read could not be given to Slack."""
    words = f"The export of the audit log of {name} could not be given to Slack."
    return message(words, warning(words, "Please try again; the command line writes files without Slack."))


def ended(name: str, coverage: Coverage, *, place: str) -> Json:
    """What became of it.

    Args:
        name: whose log it is.
        coverage: of what was read.
        place: where the file is, as in ``in your messages with the bot``.
    """
    line = described(coverage)
    if coverage.failed:
        words = f"Could not export the audit log of {name}: {coverage.stopped}."
        return message(words, warning(words, coverage.advice))
    if not coverage.matched and not coverage.stopped:
        words = f"There is nothing to export from the audit log of {name}: {line}."
        return message(words, rich(section(text(words))))
    if coverage.stopped:
        words = f"A part of the audit log of {name} is {place}: {coverage.stopped}."
        return message(words, warning(words, coverage.advice), context(_sentence(line)))
    words = f"The export of the audit log of {name} is {place}."
    floppy = emoji("floppy_disk", "\N{FLOPPY DISK}")
    return message(words, rich(section(floppy, space(), text(words, bold=True))), context(_sentence(line)))


def described(coverage: Coverage) -> str:
    """The coverage line of all that was written."""
    return coverage.describe(1, coverage.matched)


def comment(name: str, coverage: Coverage, asked: str) -> str:
    """The sentence beside the file: whose log it is, what was asked, and how complete it is."""
    missing = "" if coverage.complete else "PARTIAL: "
    words = f"{missing}audit log of {name}, {asked}: {described(coverage)}"
    return shown(_sentence(words.replace("://", ": //")), _COMMENT_LIMIT)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
