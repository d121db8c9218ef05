"""What the guards of messages are made of: complaints about texts, lists and typed pieces, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.adapters.slack.text import has_unseen, width
from bot.adapters.slack.views.blocks import Json

Check = Callable[[Json, str], Iterator[str]]
"""Gives the complaints about a piece that stands at a place."""


def typed(piece: object, at: str, checks: Mapping[str, Check]) -> Iterator[str]:
    """Complaints about a piece by the check for its type; a type without one is not of ours."""
    if not isinstance(piece, dict):
        yield f"{at} is not an object"
    elif (check := checks.get(str(piece.get("type")))) is None:
        yield f"{at} is a {piece.get('type')}"
    else:
        yield from check(piece, at)


def string(value: object, at: str, most: int, *, lines: bool = False) -> Iterator[str]:
    """Complaints about a text of 1 to so many characters; with ``lines`` it may have line breaks."""
    if not isinstance(value, str):
        yield f"{at} is not a text"
    elif not value or width(value) > most:
        yield f"{at} is not of 1 to {most} characters"
    elif has_unseen(value.replace("\n", "") if lines else value):
        yield f"{at} has characters that cannot be seen"


def each(pieces: object, at: str, most: int, checks: Mapping[str, Check]) -> Iterator[str]:
    """Complaints about a list of 1 to so many pieces, each by the check for its type."""
    if not isinstance(pieces, list) or not 1 <= len(pieces) <= most:
        yield f"{at} is not a list of 1 to {most}"
        return
    for index, piece in enumerate(pieces):
        yield from typed(piece, f"{at}/{index}", checks)


def plain_text(most: int) -> Check:
    """A check for a text object in which nothing is parsed."""

    def check(piece: Json, at: str) -> Iterator[str]:
        yield from string(piece.get("text"), f"{at}/text", most, lines=True)
        if piece.get("emoji") is not False:
            yield f"{at} would show :words: as emoji"

    return check
