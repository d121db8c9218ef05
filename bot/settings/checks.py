"""How values are checked: what each type of value is made of, and the words for what it must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TypeVar

from pydantic import AfterValidator, BeforeValidator, SecretStr

from bot.domain.durations import parse_duration
from bot.domain.errors import UserError
from bot.domain.wording import shown

E = TypeVar("E", bound=Enum)

_OFF = frozenset({"off", "0", "never", "no", "none", "false"})


@dataclass(frozen=True, slots=True)
class Form:
    """What a value must be, as the end of “NAME must be …”."""

    words: str
    secret: bool = False
    """Whether a wrong value may be a secret in the wrong place, so that no message shows it."""


def beginning(*prefixes: str) -> AfterValidator:
    """Lets through secrets that begin so and can be sent in a header."""

    def check(secret: SecretStr) -> SecretStr:
        value = secret.get_secret_value()
        if not value.startswith(prefixes) or not all("!" <= character <= "~" for character in value):
            raise ValueError
        return secret

    return AfterValidator(check)


def listing(check: Callable[[str], object]) -> Callable[[object], list[str]]:
    """Takes apart a list, or a text that separates its items by commas or spaces; each has to pass the check."""

    def items(value: object) -> list[str]:
        found = re.split(r"[,\s]+", value.strip(", \t\n")) if isinstance(value, str) else value
        if not isinstance(found, list):
            raise ValueError  # noqa: TRY004 — pydantic collects no other
        for each in found:
            if not (isinstance(each, str) and check(each)):
                raise ValueError(f"{shown(str(each))} is not")
        return found

    return items


def ids(pattern: str) -> BeforeValidator:
    """Lets through IDs, as a set."""
    items = listing(re.compile(pattern).fullmatch)
    return BeforeValidator(lambda value: frozenset(items(value)))


def members(choices: type[E]) -> BeforeValidator:
    """Lets through some members of an enumeration, as a set; ``all`` alone is the empty set, which chooses nothing."""
    words = {str(choice.value): choice for choice in choices}
    items = listing(lambda word: word.lower() in words)

    def check(value: object) -> frozenset[E]:
        if lowered(value) in ("all", ["all"]):
            return frozenset()
        chosen = frozenset(words[word.lower()] for word in items(value))
        if not chosen:
            raise ValueError
        return chosen

    return BeforeValidator(check)


def some(value: list[str]) -> list[str]:
    """Lets through a list that is not empty.

    Raises:
        ValueError: it is.
    """
    if not value:
        raise ValueError
    return value


def lowered(value: object) -> object:
    """A text in small letters, without spaces around it; anything else as it is."""
    return value.strip().lower() if isinstance(value, str) else value


def passing(holds: Callable[[str], object]) -> AfterValidator:
    """Lets through texts of which something holds."""

    def check(value: str) -> str:
        if not holds(value):
            raise ValueError
        return value

    return AfterValidator(check)


def duration(value: object) -> timedelta:
    """The length of time that a text names.

    Raises:
        ValueError: it names none.
    """
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 — pydantic collects no other
    try:
        return parse_duration(value)
    except UserError as error:
        raise ValueError(str(error)) from error


def is_off(value: object) -> bool:
    """Whether a value is a word for a length of time that is not wanted."""
    return str(value).strip().lower() in _OFF


def length(least: str, most: str, read: Callable[[object], timedelta | None] = duration) -> BeforeValidator:
    """Reads lengths of time, and lets through those between two, and none at all where ``read`` takes that."""
    shortest, longest = parse_duration(least), parse_duration(most)

    def check(value: object) -> timedelta | None:
        found = read(value)
        if found and not shortest <= found <= longest:
            raise ValueError
        return found

    return BeforeValidator(check)
