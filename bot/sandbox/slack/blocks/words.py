"""All the words that a person would read in a piece of Block Kit."""

from __future__ import annotations

from collections.abc import Iterator

_READ_FIELDS = frozenset({"text", "alt_text", "caption", "title", "label", "name", "fallback"})


def words(piece: object) -> Iterator[str]:
    """Gives each text in a block, element, cell or list of them, in reading order."""
    if isinstance(piece, list):
        for item in piece:
            yield from words(item)
    elif isinstance(piece, dict):
        for name, held in piece.items():
            if isinstance(held, str):
                if name in _READ_FIELDS:
                    yield held
            elif name == "value" and piece.get("type") == "raw_number" and "text" not in piece:
                yield f"{held}"
            else:
                yield from words(held)
