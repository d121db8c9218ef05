"""What the command line says of errors, and the status that it ends with."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from enum import IntEnum

from bot.domain.errors import BotError, SettingsError, UserError
from bot.domain.plain import plain
from bot.domain.typed import Word, join, words

PROGRAM = "mondoo-audit-bot"


class Exit(IntEnum):
    """The status that the program ends with."""

    COMPLETE = 0
    FAILED = 1
    """Nothing could be read, or the bot could not go on."""
    MISTAKE = 2
    """The command or the settings make no sense."""
    PARTIAL = 3
    """Some of what was asked for could be read."""
    INTERRUPTED = 130
    """By Ctrl-C, as shells count it: 128 and the signal's number."""
    TERMINATED = 143


def complain(error: BotError) -> Exit:
    """Say on stderr what was wrong and what to do about it, and return the status to end with."""
    sys.stderr.write("".join(f"{plain(line)}\n" for line in explained(error)))
    return status_of(error)


def status_of(error: BotError) -> Exit:
    """The status to end with after an error."""
    return Exit.MISTAKE if isinstance(error, UserError | SettingsError) else Exit.FAILED


def explained(error: BotError, *options: str) -> Iterator[str]:
    """The lines that say what was wrong, what to do about it, and what to type instead.

    ``options`` are those of the command that was typed, to be kept.
    """
    yield from str(error).splitlines()
    if error.advice:
        yield error.advice
    if isinstance(error, UserError) and error.corrected:
        yield f"Try: {PROGRAM} query {shell_command(error.corrected, *options)}"


def shell_command(text: str, *options: str) -> str:
    """A command of the bot's grammar as arguments for a shell, its quotation marks replaced by the shell's own."""
    return shlex.join([*map(_argument, words(text).words), *options])


def _argument(word: Word) -> str:
    """The word without quotation marks, unless it means something else without them."""
    bare = word.value if word.key is None else f"{word.key}={word.value}"
    understood = [(found.key, found.value) for found in words(join([bare])).words]
    return bare if understood == [(word.key, word.value)] else str(word)
