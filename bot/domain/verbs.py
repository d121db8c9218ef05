"""The verbs of commands, and what is read after each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.domain.addresses import AddressBook
from bot.domain.arguments import EXPORT_KEYS, MUTE_KEYS, SEARCH_KEYS, SUBSCRIPTION_KEYS, Key, key_named
from bot.domain.errors import UserError
from bot.domain.formats import FileFormat, Format
from bot.domain.grammar import read_arguments
from bot.domain.intents import (
    Command,
    Export,
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
from bot.domain.questions import read_choice, read_question
from bot.domain.registrations import read_channel, read_number, read_registration
from bot.domain.subscriptions import SubscriptionId
from bot.domain.typed import Typed
from bot.domain.wording import shown

Intent = TypeVar("Intent")


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, where and by whom a command is typed, as far as it bears on what the command means."""

    now: datetime
    zone: str
    book: AddressBook
    verbs: Collection[str]
    formats: Mapping[str, Format] = field(default_factory=dict)
    default_limit: int | None = None


Reader = Callable[[str, Typed, Occasion], Intent]
"""Reads what stands after a verb, which is the first argument."""


def _help(_verb: str, typed: Typed, _occasion: Occasion) -> Help:
    topic = typed.words[0].value.casefold() if typed.words else ""
    return Help(topic if topic in VERBS or key_named(topic) else None)


def _search(verb: str, typed: Typed, occasion: Occasion) -> Search:
    book = occasion.book
    keys = [*SEARCH_KEYS, Key.FORMAT] if occasion.formats else SEARCH_KEYS
    arguments = read_arguments(typed, verb=verb, verbs=occasion.verbs, keys=keys, address=book.recognise)
    output = read_choice(arguments, Key.FORMAT, occasion.formats)
    query = read_question(
        arguments, book=book, now=occasion.now, zone=occasion.zone, default_limit=occasion.default_limit
    )
    return Search(query, occasion.zone, output)


def _export(verb: str, typed: Typed, occasion: Occasion) -> Export:
    book = occasion.book
    arguments = read_arguments(typed, verb=verb, verbs=occasion.verbs, keys=EXPORT_KEYS, address=book.recognise)
    form = read_choice(arguments, Key.FORMAT, {form.value: form for form in FileFormat}) or FileFormat.CSV
    query = read_question(arguments, book=book, now=occasion.now, zone=occasion.zone, default_limit=None)
    return Export(query, form, read_channel(arguments))


def _subscribe(verb: str, typed: Typed, occasion: Occasion) -> Subscribe:
    book = occasion.book
    arguments = read_arguments(typed, verb=verb, verbs=occasion.verbs, keys=SUBSCRIPTION_KEYS, address=book.recognise)
    return read_registration(arguments, book, occasion.zone)


def _mute(verb: str, typed: Typed, occasion: Occasion) -> MuteEvents:
    book = occasion.book
    arguments = read_arguments(typed, verb=verb, verbs=occasion.verbs, keys=MUTE_KEYS, address=book.recognise)
    return MuteEvents(read_mute(arguments, book, occasion.now, occasion.zone))


def _unmute(verb: str, typed: Typed, _occasion: Occasion) -> Unmute:
    return Unmute(MuteId(read_number(verb, typed, of="mute rule", listed_by="mutes")))


def _about_one(intent: Callable[[SubscriptionId], Intent]) -> Reader[Intent]:
    """A reader of a verb that has the number of a subscription after it."""
    return lambda verb, typed, _: intent(SubscriptionId(read_number(verb, typed)))


def _alone(intent: Callable[[], Intent]) -> Reader[Intent]:
    """A reader of a verb that has nothing after it."""

    def read(verb: str, typed: Typed, _occasion: Occasion) -> Intent:
        if typed.words:
            raise UserError(f"{shown(verb)} stands alone: leave out what follows it.", corrected=verb)
        return intent()

    return read


QUESTIONS: Mapping[str, Reader[Question]] = {"search": _search, "help": _help}
"""What can be asked anywhere, the terminal included."""
VERBS: Mapping[str, Reader[Command]] = {
    **QUESTIONS,
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
"""All of them."""


def may_read(text: str) -> bool:
    """Whether a command may read a log, as its first word alone tells, without the work of understanding it."""
    first, *_ = [*text.casefold().split(maxsplit=1), ""]
    return first in {"search", "export"} or first not in VERBS
