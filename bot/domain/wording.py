"""Small turns of phrase that the sentences of errors are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

_LONGEST_SHOWN = 40


def shown(typed: str) -> str:
    """What somebody typed, in quotation marks, cut where it is long."""
    return f"“{typed}”" if len(typed) <= _LONGEST_SHOWN else f"“{typed[: _LONGEST_SHOWN - 1]}…”"


def listed(words: Sequence[str], conjunction: str = "and") -> str:
    """Words as a list in prose: ``a, b and c``; empty for none."""
    *others, last = words or ("",)
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like the given one, compared without case; empty where none comes near."""
    spellings = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(word.casefold()[:_LONGEST_SHOWN], spellings, n=1)
    return spellings[found[0]] if found else ""


def spans(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of whole numbers, in order; two neighbours are two runs of one."""
    run: list[int] = []
    for number in [*sorted(set(numbers)), None]:
        if number is not None and run and number == run[-1] + 1:
            run.append(number)
            continue
        yield from [(run[0], run[-1])] if len(run) > 2 else [(each, each) for each in run]  # noqa: PLR2004 — as said
        run = [] if number is None else [number]
