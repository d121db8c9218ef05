"""From arguments to the question they ask, and back: window, filters, order and limit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol, TypeVar

from bot.domain.addresses import AddressBook
from bot.domain.arguments import Arguments, Key
from bot.domain.durations import BadTime, parse_duration
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.moments import parse_since, parse_until, write_moment
from bot.domain.query import AuditQuery, Filters, Order, Window
from bot.domain.whose import find_scope
from bot.domain.wording import listed, nearest, shown

LARGEST_LIMIT = 1_000_000

_Choice = TypeVar("_Choice", bound=Enum)
_SLACK_ID = re.compile(r"[UW][A-Z0-9]+\Z")
_SEPARATORS = re.compile(r"[\s_-]+")
_NUMBER = re.compile(r"[0-9]{1,18}")
_DIGIT = re.compile(r"[0-9]")
_ORDERS = {
    "desc": Order.NEWEST_FIRST,
    "asc": Order.OLDEST_FIRST,
    "newest": Order.NEWEST_FIRST,
    "oldest": Order.OLDEST_FIRST,
    "newest-first": Order.NEWEST_FIRST,
    "oldest-first": Order.OLDEST_FIRST,
    "descending": Order.NEWEST_FIRST,
    "ascending": Order.OLDEST_FIRST,
}


class _Reading(Protocol):
    def __call__(self, text: str, *, now: datetime, zone: str) -> datetime: ...


def read_question(
    arguments: Arguments, *, book: AddressBook, now: datetime, zone: str, default_limit: int | None
) -> AuditQuery:
    """The question that the arguments ask.

    Raises:
        UserError: a value makes no sense, or two of them contradict each other.
    """
    return AuditQuery(
        scope=find_scope(arguments, book),
        window=read_window(arguments, now, zone),
        filters=read_filters(arguments),
        order=read_choice(arguments, Key.ORDER, _ORDERS) or Order.NEWEST_FIRST,
        limit=_limit(arguments, default_limit),
    )


def write_question(query: AuditQuery, *, book: AddressBook, zone: str, default_limit: int | None) -> Arguments:
    """The shortest arguments that ask the question, with days as the zone has them."""
    window = query.window
    values = {
        **book.address(query.scope),
        Key.SINCE: window.since and write_moment(window.since, zone),
        Key.UNTIL: window.until and write_moment(window.until, zone),
        **write_filters(query.filters),
        Key.LIMIT: "" if query.limit == default_limit else str(query.limit or "all"),
        Key.ORDER: "" if query.order is Order.NEWEST_FIRST else query.order.value,
    }
    return Arguments(values={key: value for key, value in values.items() if value})


def read_choice(arguments: Arguments, key: Key, choices: Mapping[str, _Choice]) -> _Choice | None:
    """The value of a key that takes one of some words; None where it was not given.

    Raises:
        UserError: the value is none of the words.
    """
    return next(iter(_chosen(arguments, key, choices, [arguments.values.get(key, "")])), None)


def read_filters(arguments: Arguments) -> Filters:
    """Which events the arguments want; ``all`` stands for every category, and for every risk.

    Raises:
        UserError: a value makes no sense.
    """
    values = arguments.values
    actor = values.get(Key.ACTOR, "")
    if actor.startswith("@"):
        name = _SLACK_ID.sub("", actor.lstrip("@ "))
        raise UserError(
            f"Mondoo does not know people by their Slack names: write the actor's name instead of {shown(actor)}.",
            corrected=str(arguments.with_value(Key.ACTOR, name) if name else arguments.without(Key.ACTOR)),
        )
    return Filters(
        actor=actor,
        action=values.get(Key.ACTION, ""),
        resource=values.get(Key.RESOURCE, ""),
        text=values.get(Key.TEXT, ""),
        categories=_chosen_of_list(arguments, Key.CATEGORY, {category.value: category for category in Category}),
        risks=_chosen_of_list(arguments, Key.RISK, {risk.value: risk for risk in Risk}),
    )


def write_filters(filters: Filters) -> Mapping[Key, str]:
    """The arguments that want these events; an empty value for a filter that is not set."""
    return {
        Key.ACTOR: filters.actor,
        Key.ACTION: filters.action,
        Key.RESOURCE: filters.resource,
        Key.CATEGORY: ",".join(category.value for category in Category if category in filters.categories),
        Key.RISK: ",".join(risk.value for risk in Risk if risk in filters.risks),
        Key.TEXT: filters.text,
    }


def _chosen_of_list(arguments: Arguments, key: Key, choices: Mapping[str, _Choice]) -> frozenset[_Choice]:
    typed = arguments.values.get(key, "")
    return frozenset() if typed.casefold() == "all" else frozenset(_chosen(arguments, key, choices, typed.split(",")))


def _chosen(arguments: Arguments, key: Key, choices: Mapping[str, _Choice], typed: Sequence[str]) -> list[_Choice]:
    """What the words that were typed for a key stand for."""
    words = [_SEPARATORS.sub("-", word.strip().casefold()) for word in typed if word.strip()]
    if not words and key in arguments.values:  # a list of commas
        words = [arguments.values[key]]
    wrong = [word for word in words if word not in choices]
    if not wrong:
        return [choices[word] for word in words]
    near = nearest(wrong[0], choices)
    known = dict.fromkeys(word if word in choices else nearest(word, choices) for word in words)
    corrected = ",".join(word for word in known if word)
    raise UserError(
        f"There is no {key} {shown(wrong[0])}: "
        + (f"the nearest is {shown(near)}." if near else f"there are {listed(list(choices))}."),
        corrected=str(arguments.with_value(key, corrected) if corrected else arguments.without(key)),
    )


def _limit(arguments: Arguments, default: int | None) -> int | None:
    typed = arguments.values.get(Key.LIMIT)
    if typed is None:
        return default
    if typed.casefold() == "all":
        return None
    if _NUMBER.fullmatch(typed) and 1 <= int(typed) <= LARGEST_LIMIT:
        return int(typed)
    digits = "".join(_DIGIT.findall(typed))[:18]
    likely = min(max(int(digits), 1), LARGEST_LIMIT) if digits else "all"
    raise UserError(
        f"{shown(typed)} is not a limit: write a number such as 100, at most {LARGEST_LIMIT}, or all.",
        corrected=str(arguments.with_value(Key.LIMIT, str(likely))),
    )


def read_window(arguments: Arguments, now: datetime, zone: str) -> Window:
    """The window that the arguments mean, open on a side of which they say nothing.

    Raises:
        UserError: a value makes no sense, or two of them contradict each other.
    """
    begin = Key.LAST if Key.LAST in arguments.values else Key.SINCE
    if begin is Key.LAST and Key.SINCE in arguments.values:
        raise UserError(
            "“last” and “since” both say where the window begins: keep one of them.",
            corrected=str(arguments.without(Key.LAST)),
        )
    if begin is Key.LAST:
        _check_last(arguments, now, zone)
    since = _moment(arguments, begin, parse_since, now, zone)
    until = _moment(arguments, Key.UNTIL, parse_until, now, zone)
    if since is not None and since > now:
        raise UserError(
            f"{shown(arguments.values[begin])} is in the future, of which there is no log: let “since” be earlier.",
            corrected=str(arguments.with_value(begin, "today")),
        )
    if since is None or until is None or since < until:
        return Window(since, until)
    if since > until:
        first, last = arguments.values[Key.UNTIL], arguments.values[begin]
        raise UserError(
            f"The window ends before it begins: exchange {shown(first)} and {shown(last)}.",
            corrected=str(arguments.renamed(begin, Key.SINCE).with_value(Key.SINCE, first).with_value(Key.UNTIL, last)),
        )
    raise UserError(
        "The window is empty, because the moment in “until” is not in it: let it end later.",
        corrected=str(arguments.with_value(Key.UNTIL, write_moment(until + timedelta(days=1), zone))),
    )


def _check_last(arguments: Arguments, now: datetime, zone: str) -> None:
    typed = arguments.values[Key.LAST]
    try:
        parse_duration(typed)
    except BadTime as error:
        likely = arguments.with_value(Key.LAST, error.suggestion)
        with suppress(BadTime):
            parse_since(typed, now=now, zone=zone)
            likely = arguments.renamed(Key.LAST, Key.SINCE)
        raise UserError(str(error), corrected=str(likely)) from error


def _moment(arguments: Arguments, key: Key, read: _Reading, now: datetime, zone: str) -> datetime | None:
    if key not in arguments.values:
        return None
    try:
        return read(arguments.values[key], now=now, zone=zone)
    except BadTime as error:
        raise UserError(str(error), corrected=str(arguments.with_value(key, error.suggestion))) from error
