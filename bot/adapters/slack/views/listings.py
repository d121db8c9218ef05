"""Lists of what people look after by its number, and what became of one such thing: the same for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.adapters.slack.views.blocks import (
    Json,
    context,
    emoji,
    header,
    message,
    preformatted,
    rich,
    section,
    space,
    text,
)
from bot.adapters.slack.views.limits import BUDGET, weight
from bot.adapters.slack.views.notices import spelled

SHOWN: Final = 20
"""Things that are listed at the most."""
_ROOM: Final = BUDGET - 1500
_CHECK: Final = ("white_check_mark", "\N{WHITE HEAVY CHECK MARK}")


def listing(what: str, items: Iterable[Json], count: int, *notes: str) -> Json:
    """A message that says how many there are, lists as many as have room, and says how many more there are.

    Args:
        what: what one of them is called.
        items: a block for each, at least the first :data:`SHOWN`.
        count: how many there are.
        notes: what to add in small print.
    """
    title = f"{count:,} {what}{'' if count == 1 else 's'}"
    shown: list[Json] = []
    for item in items:
        if len(shown) == SHOWN or weight([*shown, item]) > _ROOM:
            break
        shown.append(item)
    more = [f"and {count - len(shown):,} more"] if count > len(shown) else []
    return message(title, header(title), *shown, context(*more, *notes))


def nothing(sentence: str, how: str, command: str) -> Json:
    """A message that says that there are none, and how to make one, with a command to copy."""
    return message(sentence, rich(section(text(sentence), space(), text(how)), preformatted(spelled(command))))


def done(sentence: str) -> list[Json]:
    """That something was done, as the beginning of rich text."""
    return [emoji(*_CHECK), space(), text(sentence, bold=True)]
