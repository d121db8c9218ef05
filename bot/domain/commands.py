"""From the text of a command to what it asks for: one grammar for Slack and for the terminal.

A command is a verb, ``search`` where there is none, and ``KEY=VALUE`` arguments in any order. Every mistake is a
:class:`~bot.domain.errors.UserError` of one sentence, which carries the corrected command: the text without the name of
the slash command or the program, for each surface to put its own in front. A correction is never wrong in turn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import AddressBook
from bot.domain.arguments import key_named
from bot.domain.errors import UserError
from bot.domain.formats import Format
from bot.domain.intents import Command, Question
from bot.domain.query import AuditQuery
from bot.domain.questions import write_question
from bot.domain.registrations import write_terms
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.subscriptions import Terms
from bot.domain.typed import tidy, words
from bot.domain.verbs import QUESTIONS, VERBS, Intent, Occasion, Reader
from bot.domain.wording import listed, nearest, shown
from bot.domain.zones import zone_or_utc

LONGEST = 4_000
"""As many characters as a command may have."""


def parse(text: str, *, now: datetime, zone: str, catalog: ScopeCatalog, visible: Sequence[Scope]) -> Command:
    """What a command asks for in Slack.

    Args:
        text: the command as it was typed, without the name of the slash command.
        now: the present, aware.
        zone: the IANA name of the person's time zone.
        catalog: the scopes that the settings name.
        visible: the scopes that the person may see, to be offered where the text names none; the most useful first.

    Raises:
        UserError: the command makes no sense; ``corrected`` is one that does, or empty where nobody can tell.
    """
    return _parse(text, Occasion(now, zone_or_utc(zone).key, AddressBook(catalog, visible), VERBS), VERBS)


def parse_question(  # noqa: PLR0913 — what words mean depends on all of it
    text: str,
    *,
    now: datetime,
    zone: str,
    catalog: ScopeCatalog,
    visible: Sequence[Scope],
    formats: Collection[Format],
    default_limit: int | None,
) -> Question:
    """What a command asks for in the terminal, where nobody can be told of anything later.

    See :func:`parse`. ``formats`` are the values that ``format=`` takes, ``default_limit`` is the limit of a search
    that gives none.
    """
    forms = {choice.value: choice for choice in Format if choice in formats}
    book = AddressBook(catalog, visible)
    occasion = Occasion(now, zone_or_utc(zone).key, book, QUESTIONS, formats=forms, default_limit=default_limit)
    return _parse(text, occasion, QUESTIONS)


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


def render_subscription(terms: Terms, *, catalog: ScopeCatalog, visible: Sequence[Scope]) -> str:
    """The shortest text that :func:`parse` reads as a wish for these terms, whoever types it: a line for each scope."""
    book = AddressBook(catalog, visible)
    return "\n".join(str(write_terms(terms, scope, book)) for scope in terms.scopes)


def _parse(text: str, occasion: Occasion, verbs: Mapping[str, Reader[Intent]]) -> Intent:
    if len(text) > LONGEST:
        raise UserError(f"A command has at most {LONGEST:,} characters, and this one has {len(text):,}: shorten it.")
    _refuse_absent(text, occasion)
    try:
        return _read(text, occasion, verbs)
    except UserError as error:
        error.corrected = _settled(error.corrected, occasion, verbs)
        raise


def _settled(text: str, occasion: Occasion, verbs: Mapping[str, Reader[Intent]]) -> str:
    """A correction without the mistakes that the first one hid, so that it can be copied and used."""
    tried: set[str] = set()
    while text not in tried and len(text) <= LONGEST:
        tried.add(text)
        try:
            _read(text, occasion, verbs)
        except UserError as error:
            text = error.corrected
        else:
            return text
    return ""


def _read(text: str, occasion: Occasion, verbs: Mapping[str, Reader[Intent]]) -> Intent:
    typed = words(tidy(text))
    first = typed.words[0] if typed.words else None
    if first is None or first.key is not None or first.quoted:
        return verbs["search"]("", typed, occasion)
    verb = first.value.casefold()
    verb = _OTHER_NAMES.get(verb, verb)
    rest = replace(typed, words=typed.words[1:])
    if verb in verbs:
        return verbs[verb](verb, rest, occasion)
    likely = nearest(verb, verbs)
    if likely and not key_named(verb) and not occasion.book.recognise(first.value):
        raise UserError(
            f"There is no command {shown(first.value)}: the nearest is {shown(likely)}.",
            corrected=" ".join([likely, *map(str, rest.words)]),
        )
    return verbs["search"]("", typed, occasion)


def _refuse_absent(text: str, occasion: Occasion) -> None:
    """Complain of a verb that is none here, though elsewhere; nothing corrects it. A scope of that name comes first."""
    typed = words(tidy(text))
    first = typed.words[0] if typed.words else None
    if first is None or first.key is not None or first.quoted or occasion.book.recognise(first.value):
        return
    verb = first.value.casefold()
    if verb in occasion.verbs:
        return
    verbs = listed([shown(each) for each in occasion.verbs])
    if verb in VERBS:
        hint = _INSTEAD.get(verb, f"the commands here are {verbs}")
        raise UserError(f"{shown(first.value)} works in Slack: {hint}.")


_INSTEAD = {"export": "here “--format csv --output FILE” after a question writes a file"}
"""What to do in the terminal instead of what works in Slack."""
_OTHER_NAMES = {"?": "help", "-h": "help", "--help": "help"}
