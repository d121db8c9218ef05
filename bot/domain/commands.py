"""From the text of a command to what it asks for: one grammar for Slack and for the terminal.

A command is a verb, ``search`` where there is none, and ``KEY=VALUE`` arguments in any order. Every mistake is a
:class:`~bot.domain.errors.UserError` of one sentence, which carries the corrected command: the text without the name of
the slash command or the program, for each surface to put its own in front. A correction is never wrong in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from bot.domain.addresses import AddressBook
from bot.domain.arguments import Key, key_named
from bot.domain.errors import UserError
from bot.domain.grammar import read_arguments
from bot.domain.query import AuditQuery
from bot.domain.questions import read_choice, read_question, write_question
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.typed import Typed, tidy, words
from bot.domain.wording import listed, nearest, shown
from bot.domain.zones import zone_or_utc

LONGEST = 4_000
"""As many characters as a command may have."""


class Format(Enum):
    """How an answer is written out. The value is the word that commands use."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Help:
    """To be told how commands work: all in all, or about the verb or key that ``topic`` names."""

    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """To be shown the events that answer a question."""

    query: AuditQuery
    zone: str
    """The IANA name of the time zone that days without one were read in: the reader's, or UTC if that is unknown."""
    output: Format | None = None
    """None where the command does not say."""


Command = Help | Search


@dataclass(frozen=True, slots=True)
class _Occasion:
    """When, where and by whom a command is typed, as far as it bears on what the command means."""

    now: datetime
    zone: str
    book: AddressBook
    formats: Mapping[str, Format]
    default_limit: int | None


def parse(  # noqa: PLR0913 — what words mean depends on all of it
    text: str,
    *,
    now: datetime,
    zone: str,
    catalog: ScopeCatalog,
    visible: Sequence[Scope],
    formats: Collection[Format] = (),
    default_limit: int | None = None,
) -> Command:
    """What a command asks for.

    Args:
        text: the command as it was typed, without the name of the slash command or the program.
        now: the present, aware.
        zone: the IANA name of the person's time zone.
        catalog: the scopes that the settings name.
        visible: the scopes that the person may see, to be offered where the text names none; the most useful first.
        formats: the values that ``format=`` takes here; without any it is an error.
        default_limit: the limit of a search that gives none; None for no limit.

    Raises:
        UserError: the command makes no sense; ``corrected`` is one that does, or empty where nobody can tell.
    """
    if len(text) > LONGEST:
        raise UserError(f"A command has at most {LONGEST:,} characters, and this one has {len(text):,}: shorten it.")
    occasion = _Occasion(
        now=now,
        zone=zone_or_utc(zone).key,
        book=AddressBook(catalog, visible),
        formats={choice.value: choice for choice in Format if choice in formats},
        default_limit=default_limit,
    )
    _refuse_absent(text, occasion)
    try:
        return _read(text, occasion)
    except UserError as error:
        error.corrected = _settled(error.corrected, occasion)
        raise


def render(
    query: AuditQuery,
    *,
    zone: str,
    catalog: ScopeCatalog,
    visible: Sequence[Scope] = (),
    default_limit: int | None = None,
) -> str:
    """The shortest text that :func:`parse` reads as a search for the query, given the same zone, catalog and limit."""
    book = AddressBook(catalog, visible)
    return str(write_question(query, book=book, zone=zone, default_limit=default_limit))


def _settled(text: str, occasion: _Occasion) -> str:
    """A correction without the mistakes that the first one hid, so that it can be copied and used."""
    tried: set[str] = set()
    while text not in tried and len(text) <= LONGEST:
        tried.add(text)
        try:
            _read(text, occasion)
        except UserError as error:
            text = error.corrected
        else:
            return text
    return ""


def _read(text: str, occasion: _Occasion) -> Command:
    typed = words(tidy(text))
    first = typed.words[0] if typed.words else None
    if first is None or first.key is not None or first.quoted:
        return _search("", typed, occasion)
    verb = first.value.casefold()
    verb = _OTHER_NAMES.get(verb, verb)
    rest = replace(typed, words=typed.words[1:])
    if verb in _VERBS:
        return _VERBS[verb](verb, rest, occasion)
    likely = nearest(verb, _VERBS)
    if likely and not key_named(verb) and not occasion.book.recognise(first.value):
        raise UserError(
            f"There is no command {shown(first.value)}: the nearest is {shown(likely)}.",
            corrected=" ".join([likely, *map(str, rest.words)]),
        )
    return _search("", typed, occasion)


def _refuse_absent(text: str, occasion: _Occasion) -> None:
    """Complain of a verb that other versions have, which nothing corrects; a scope of that name comes first."""
    typed = words(tidy(text))
    first = typed.words[0] if typed.words else None
    if first is None or first.key is not None or first.quoted or occasion.book.recognise(first.value):
        return
    if first.value.casefold() in _ABSENT:
        verbs = listed([shown(verb) for verb in _VERBS])
        raise UserError(f"{shown(first.value)} is not part of this version: the commands are {verbs}.")


def _help(_verb: str, typed: Typed, _occasion: _Occasion) -> Help:
    topic = typed.words[0].value.casefold() if typed.words else ""
    return Help(topic if topic in _VERBS or key_named(topic) else None)


def _search(verb: str, typed: Typed, occasion: _Occasion) -> Search:
    keys = [key for key in Key if occasion.formats or key is not Key.FORMAT]
    arguments = read_arguments(typed, verb=verb, verbs=_VERBS, keys=keys, address=occasion.book.recognise)
    output = read_choice(arguments, Key.FORMAT, occasion.formats)
    query = read_question(
        arguments,
        book=occasion.book,
        now=occasion.now,
        zone=occasion.zone,
        default_limit=occasion.default_limit,
    )
    return Search(query, occasion.zone, output)


_VERBS: Mapping[str, Callable[[str, Typed, _Occasion], Command]] = {"search": _search, "help": _help}
_ABSENT = frozenset({"subscribe", "subscriptions", "unsubscribe", "pause", "resume", "export", "status"})
_OTHER_NAMES = {"?": "help", "-h": "help", "--help": "help"}
