"""Messages that are not an answer: what went wrong, what to wait for, what to do instead."""

from __future__ import annotations

from enum import Enum
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import Json, emoji, message, plain, preformatted, rich, section, space, text

READING: Final = "Reading the audit log: the answer follows."
"""What a command is acknowledged with; the answer takes its place, or stands below it."""
RESTARTING: Final = "The bot is restarting. Please ask again in a minute."
"""What a command is acknowledged with when the process is about to end."""
BUSY: Final = "Too many questions wait for Mondoo just now, so this one was not asked. Please ask again in a minute."
"""What a question is acknowledged with that would have to wait too long."""

_PLAIN_LIMIT: Final = 2900


class Mark(Enum):
    """What kind of trouble it is, at a glance: an emoji's name and character."""

    MISTAKE = ("pencil2", "\N{PENCIL}")
    REFUSED = ("no_entry", "\N{NO ENTRY}")
    FAILURE = ("warning", "\N{WARNING SIGN}")
    WAITING = ("hourglass_flowing_sand", "\N{HOURGLASS WITH FLOWING SAND}")


def problem(mark: Mark, sentence: str, advice: str = "", *, command: str | None = None) -> Json:
    """What was wrong and what to do about it; ``command`` is the text of one to copy, without the command's name."""
    words: list[Json] = [emoji(*mark.value), space(), text(sentence, bold=True)]
    if advice:
        words += [space("\n"), text(advice)]
    paragraphs = [section(*words)]
    if command is not None:
        paragraphs.append(preformatted(spelled(command)))
    return message(f"{sentence} {advice}".strip(), rich(*paragraphs))


def unexpected(reference: str) -> Json:
    """Something that nobody foresaw; the reference finds it in the bot's log."""
    return problem(
        Mark.FAILURE,
        f"Something went wrong on the bot's side; reference {reference}.",
        "Please try again. If it stays, tell the operator of the bot the reference.",
    )


def still_reading(*, clicked: bool = False) -> Json:
    """The answer takes long; it takes the place of this message or stands below it, or changes the clicked one."""
    what_comes = "The page above changes once it is read" if clicked else "The answer, or what went wrong, follows"
    return problem(
        Mark.WAITING,
        "Still reading the audit log …",
        f"Mondoo is slow or hard to reach just now. {what_comes}.",
    )


def interrupted(command: str | None) -> Json:
    """The bot stops before it could answer; ``command`` is what to ask again, None after the click of a button."""
    if command is None:
        return problem(Mark.FAILURE, "The bot is restarting.", "Please press the button again in a minute.")
    return problem(Mark.FAILURE, "The bot is restarting.", "Please ask again in a minute:", command=command)


def plainly(original: Json) -> Json:
    """The same words without any form, for when Slack would not take the message as it is."""
    blocks = original.get("blocks")
    lines = [" ".join(_words(block)) for block in blocks] if isinstance(blocks, list) else []
    return message(str(original.get("text", "")), plain("\n".join(lines), _PLAIN_LIMIT))


def spelled(command: str) -> str:
    """A command as it is typed: its name and its text."""
    return f"{ids.COMMAND} {command}".rstrip()


def _words(piece: object) -> list[str]:
    if isinstance(piece, list):
        return [word for item in piece for word in _words(item)]
    if not isinstance(piece, dict) or piece.get("type") in {"button", "overflow"}:
        return []
    own = [str(piece[name]) for name in ("text", "fallback") if isinstance(piece.get(name), str)]
    return own + [word for held in piece.values() for word in _words(held)]
