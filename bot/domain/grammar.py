"""From words to arguments, and from slips to what was meant.

All slips of a text are corrected at once; the first is the one that the error tells of.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable

from bot.domain.addresses import Address
from bot.domain.arguments import (
    MUTE_KEYS,
    SCOPE_KEYS,
    SEARCH_KEYS,
    SUBSCRIPTION_KEYS,
    Arguments,
    Key,
    key_named,
    nearest_key,
)
from bot.domain.errors import UserError
from bot.domain.typed import Typed, Word
from bot.domain.wording import listed, shown

_PROSE = frozenset(
    {
        *(Key.ACTOR, Key.ACTION, Key.RESOURCE, Key.TEXT, Key.EVERY, Key.AT, Key.DAYS, Key.CRON, Key.TZ, Key.NOTE),
        *(Key.FOR, Key.REASON),
    }
)
_LISTS = frozenset({Key.CATEGORY, Key.RISK, Key.AT, Key.DAYS})
_TIMES = frozenset({Key.SINCE, Key.UNTIL, Key.LAST})
_OF_A_TIME = re.compile(r"[0-9+-].*|.*/.*|utc|z|ago", re.IGNORECASE)


def read_arguments(
    typed: Typed, *, verb: str, verbs: Iterable[str], keys: Iterable[Key], address: Callable[[str], Address | None]
) -> Arguments:
    """The arguments that words make.

    Args:
        typed: the words after the verb.
        verb: the verb that was typed, or ``""``.
        verbs: the verbs there are.
        keys: the keys there are.
        address: gives the arguments that name the scope which a bare word means, if it means one.

    Raises:
        UserError: a word is no argument, or one too many.
    """
    reader = _Reader(verb, tuple(verbs), tuple(keys), address)
    if typed.stray_quote:
        reader.complain(f"The quotation mark {typed.stray_quote} is never closed: write another after the value.")
    queue = deque(typed.words)
    while queue:
        word = queue.popleft()
        if word.key is None:
            reader.take_bare(word, queue)
        else:
            reader.take_pair(word.key, word.value)
    arguments = Arguments(verb, reader.values)
    if reader.complaint:
        raise UserError(reader.complaint, corrected=str(arguments))
    return arguments


class _Reader:
    """Arguments in the making, and what was wrong first."""

    def __init__(
        self, verb: str, verbs: tuple[str, ...], keys: tuple[Key, ...], address: Callable[[str], Address | None]
    ) -> None:
        self.values: dict[Key, str] = {}
        self.complaint = ""
        self._verb = verb
        self._verbs = verbs
        self._keys = keys
        self._address = address
        self._latest: Key | None = None

    def complain(self, sentence: str) -> None:
        self.complaint = self.complaint or sentence

    def take_pair(self, name: str, value: str) -> None:
        key = key_named(name)
        if key is not None and key not in self._keys:
            self.complain(f"{shown(name)} {self._why_not(key)}: leave it out.")
            return
        if key is None:
            key = nearest_key(name, self._keys)
            if key is None:
                keys = listed([key.value for key in self._keys])
                self.complain(f"There is no key {shown(name)}: the keys are {keys}.")
                return
            self.complain(f"There is no key {shown(name)}: the nearest is {shown(key.value)}.")
        self._put(key, value)

    def _why_not(self, key: Key) -> str:
        if key in SEARCH_KEYS:
            return f"is a key of “search”, not of “{self._verb}”"
        if key is Key.FORMAT and "export" in self._verbs:
            return "is a key of “export”, which writes a file"
        if key in SUBSCRIPTION_KEYS:
            return "is a key of “subscribe” alone"
        return "is a key of “mute” alone" if key in MUTE_KEYS else "means nothing here"

    def take_bare(self, word: Word, following: deque[Word]) -> None:
        name, _, value = word.value.partition("=" if word.quoted else ":")
        key, value = key_named(name), value.strip()
        if key in self._keys and (value or not word.quoted):
            if not value and following and following[0].key is None:
                value = following.popleft().value
            if value:
                self.complain(
                    f"A key and its value are joined by “=” alone: write {shown(str(Word(value, key.value)))}."
                )
            self._put(key, value)
        elif self._latest is not None and _continues(self._latest, self.values[self._latest], word.value):
            self._continue(self._latest, word.value)
        elif self.values.keys().isdisjoint(SCOPE_KEYS) and (address := self._address(word.value)):
            self.complain(f"{shown(word.value)} has no key: write {Arguments(values=address)}.")
            self.values |= address
        else:
            self._search_for(word.value)

    def _put(self, key: Key, value: str) -> None:
        if not value:
            self.complain(f"{shown(key.value)} has no value: write it right after the “=”, or leave the key out.")
            return
        self._latest = key
        if key not in self.values:
            self.values[key] = value
            return
        self.complain(f"{shown(key.value)} is given twice: give it once.")
        if key in _LISTS:
            self.values[key] += f",{value}"

    def _continue(self, key: Key, more: str) -> None:
        if key in _LISTS and _joined_by_comma(self.values[key], more):
            self.complain(f"The values of {shown(key.value)} have a space between them: write a comma alone.")
            self.values[key] += more
        else:
            self.complain(f"The value of {shown(key.value)} has spaces in it: put it in quotation marks.")
            self.values[key] += f" {more}"

    def _search_for(self, text: str) -> None:
        if self.values or self._verb:
            self.complain(f"{shown(text)} has no key: to look for a word write it after “text=”.")
        else:
            verbs = listed([shown(verb) for verb in self._verbs])
            self.complain(f"There is no command {shown(text)}: the commands are {verbs}, and “text=” looks for a word.")
        if text:
            self.values[Key.TEXT] = f"{self.values[Key.TEXT]} {text}" if Key.TEXT in self.values else text
            self._latest = Key.TEXT


def _continues(key: Key, value: str, more: str) -> bool:
    """Whether a bare word after a value was likely meant as a part of it."""
    if key in _TIMES:
        return value.isdecimal() or _OF_A_TIME.fullmatch(more) is not None
    if key in _LISTS and _joined_by_comma(value, more):
        return True
    return key in _PROSE


def _joined_by_comma(value: str, more: str) -> bool:
    return value.endswith(",") or more.startswith(",")
