"""From the text of a command to what it asks for: one grammar for Slack and for the terminal.

A command is a verb, ``search`` where there is none, and ``KEY=VALUE`` arguments in any order. Every mistake is a
:class:`~bot.domain.errors.UserError` of one sentence, which carries the corrected command: the text without the name of
the slash command or the program, for each surface to put its own in front. A correction is never wrong in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from bot.domain.addresses import AddressBook
from bot.domain.arguments import EXPORT_KEYS, MUTE_KEYS, SEARCH_KEYS, SUBSCRIPTION_KEYS, Key, key_named
from bot.domain.errors import UserError
from bot.domain.grammar import read_arguments
from bot.domain.intents import (
    Command,
    Export,
    FileFormat,
    Format,
    Help,
    ListMutes,
    ListSubscriptions,
    MuteEvents,
    Pause,
    Question,
    Resume,
    Search,
    ShowStatus,
    Subscribe,
    Unmute,
    Unsubscribe,
)
from bot.domain.mutes import MuteId
from bot.domain.mutings import read_mute
from bot.domain.query import AuditQuery
from bot.domain.questions import read_choice, read_question, write_question
from bot.domain.registrations import read_channel, read_number, read_registration, write_terms
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.subscriptions import SubscriptionId, Terms
from bot.domain.typed import Typed, tidy, words
from bot.domain.wording import listed, nearest, shown
from bot.domain.zones import zone_or_utc

__all__ = [
    "LONGEST",
    "Command",
    "Export",
    "FileFormat",
    "Format",
    "Help",
    "ListMutes",
    "ListSubscriptions",
    "MuteEvents",
    "Pause",
    "Question",
    "Resume",
    "Search",
    "ShowStatus",
    "Subscribe",
    "Unmute",
    "Unsubscribe",
    "parse",
    "parse_question",
    "render",
    "render_subscription",
]

LONGEST = 4_000
"""As many characters as a command may have."""

_Intent = TypeVar("_Intent")


@dataclass(frozen=True, slots=True)
class _Occasion:
    """When, where and by whom a command is typed, as far as it bears on what the command means."""

    now: datetime
    zone: str
    book: AddressBook
    verbs: Collection[str]
    formats: Mapping[str, Format] = field(default_factory=dict)
    default_limit: int | None = None


_Reader = Callable[[str, Typed, _Occasion], _Intent]


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
    return _parse(text, _Occasion(now, zone_or_utc(zone).key, AddressBook(catalog, visible), _VERBS), _VERBS)


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
    occasion = _Occasion(now, zone_or_utc(zone).key, book, _QUESTIONS, formats=forms, default_limit=default_limit)
    return _parse(text, occasion, _QUESTIONS)


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


def _parse(text: str, occasion: _Occasion, verbs: Mapping[str, _Reader[_Intent]]) -> _Intent:
    if len(text) > LONGEST:
        raise UserError(f"A command has at most {LONGEST:,} characters, and this one has {len(text):,}: shorten it.")
    _refuse_absent(text, occasion)
    try:
        return _read(text, occasion, verbs)
    except UserError as error:
        error.corrected = _settled(error.corrected, occasion, verbs)
        raise


def _settled(text: str, occasion: _Occasion, verbs: Mapping[str, _Reader[_Intent]]) -> str:
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


def _read(text: str, occasion: _Occasion, verbs: Mapping[str, _Reader[_Intent]]) -> _Intent:
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


def _refuse_absent(text: str, occasion: _Occasion) -> None:
    """Complain of a verb that is none here, though elsewhere; nothing corrects it. A scope of that name comes first."""
    typed = words(tidy(text))
    first = typed.words[0] if typed.words else None
    if first is None or first.key is not None or first.quoted or occasion.book.recognise(first.value):
        return
    verb = first.value.casefold()
    if verb in occasion.verbs:
        return
    verbs = listed([shown(each) for each in occasion.verbs])
    if verb in _VERBS:
        hint = _INSTEAD.get(verb, f"the commands here are {verbs}")
        raise UserError(f"{shown(first.value)} works in Slack: {hint}.")


def _help(_verb: str, typed: Typed, _occasion: _Occasion) -> Help:
    topic = typed.words[0].value.casefold() if typed.words else ""
    return Help(topic if topic in _VERBS or key_named(topic) else None)


def _search(verb: str, typed: Typed, occasion: _Occasion) -> Search:
    book = occasion.book
    keys = [*SEARCH_KEYS, Key.FORMAT] if occasion.formats else SEARCH_KEYS
    arguments = read_arguments(typed, verb=verb, verbs=occasion.verbs, keys=keys, address=book.recognise)
    output = read_choice(arguments, Key.FORMAT, occasion.formats)
    query = read_question(
        arguments, book=book, now=occasion.now, zone=occasion.zone, default_limit=occasion.default_limit
    )
    return Search(query, occasion.zone, output)


def _export(verb: str, typed: Typed, occasion: _Occasion) -> Export:
    book = occasion.book
    arguments = read_arguments(typed, verb=verb, verbs=occasion.verbs, keys=EXPORT_KEYS, address=book.recognise)
    form = read_choice(arguments, Key.FORMAT, {form.value: form for form in FileFormat}) or FileFormat.CSV
    query = read_question(arguments, book=book, now=occasion.now, zone=occasion.zone, default_limit=None)
    return Export(query, form, read_channel(arguments))


def _subscribe(verb: str, typed: Typed, occasion: _Occasion) -> Subscribe:
    book = occasion.book
    arguments = read_arguments(typed, verb=verb, verbs=occasion.verbs, keys=SUBSCRIPTION_KEYS, address=book.recognise)
    return read_registration(arguments, book, occasion.zone)


def _mute(verb: str, typed: Typed, occasion: _Occasion) -> MuteEvents:
    book = occasion.book
    arguments = read_arguments(typed, verb=verb, verbs=occasion.verbs, keys=MUTE_KEYS, address=book.recognise)
    return MuteEvents(read_mute(arguments, book, occasion.now, occasion.zone))


def _unmute(verb: str, typed: Typed, _occasion: _Occasion) -> Unmute:
    return Unmute(MuteId(read_number(verb, typed, of="mute rule", listed_by="mutes")))


def _about_one(intent: Callable[[SubscriptionId], _Intent]) -> _Reader[_Intent]:
    """A reader of a verb that has the number of a subscription after it."""
    return lambda verb, typed, _: intent(SubscriptionId(read_number(verb, typed)))


def _alone(intent: Callable[[], _Intent]) -> _Reader[_Intent]:
    """A reader of a verb that has nothing after it."""

    def read(verb: str, typed: Typed, _occasion: _Occasion) -> _Intent:
        if typed.words:
            raise UserError(f"{shown(verb)} stands alone: leave out what follows it.", corrected=verb)
        return intent()

    return read


_QUESTIONS: Mapping[str, _Reader[Question]] = {"search": _search, "help": _help}
_VERBS: Mapping[str, _Reader[Command]] = {
    **_QUESTIONS,
    "export": _export,
    "subscribe": _subscribe,
    "subscriptions": _alone(ListSubscriptions),
    "pause": _about_one(Pause),
    "resume": _about_one(Resume),
    "unsubscribe": _about_one(Unsubscribe),
    "status": _alone(ShowStatus),
    "mute": _mute,
    "mutes": _alone(ListMutes),
    "unmute": _unmute,
}
_INSTEAD = {"export": "here “--format csv --output FILE” after a question writes a file"}
"""What to do in the terminal instead of what works in Slack."""
_OTHER_NAMES = {"?": "help", "-h": "help", "--help": "help"}
