"""From arguments to the subscription that they ask for, and back: which events, when, where, and for whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from bot.domain.access import ChannelId, GroupId
from bot.domain.addresses import AddressBook
from bot.domain.arguments import FILTER_KEYS, Arguments, Key
from bot.domain.durations import BadTime, parse_duration, write_duration
from bot.domain.errors import UserError
from bot.domain.intents import Subscribe
from bot.domain.query import Filters
from bot.domain.questions import read_choice, read_filters, write_filters
from bot.domain.schedules import (
    Calendar,
    Interval,
    Schedule,
    is_plain,
    parse_cron,
    parse_interval,
    parse_zone,
    write_fields,
)
from bot.domain.scopes import Scope
from bot.domain.slots import EVERY_WEEKDAY
from bot.domain.subscriptions import DIGEST_SCHEDULE, Mode, Terms, usual_filters
from bot.domain.timetables import read_clocks, read_weekdays, write_clocks, write_weekdays
from bot.domain.typed import Typed
from bot.domain.whose import find_scope
from bot.domain.wording import listed, shown
from bot.domain.zones import find_zone

_Value = TypeVar("_Value")
_WHEN = (Key.EVERY, Key.AT, Key.DAYS, Key.CRON)
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{2,40}")
_GROUP = re.compile(r"S[A-Z0-9]{2,40}")
_NUMBER = re.compile(r"#?(?P<number>[1-9][0-9]{0,8})")
_LIKE_A_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_NOTES = {
    "off": None,
    "never": None,
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
}


def read_registration(arguments: Arguments, book: AddressBook, home: str) -> Subscribe:
    """What the arguments ask to be told of.

    Args:
        arguments: those of ``subscribe``.
        book: the scopes that can be named.
        home: the IANA name of the person's time zone.

    Raises:
        UserError: a value makes no sense, or two of them contradict each other.
    """
    mode = read_choice(arguments, Key.MODE, {mode.value: mode for mode in Mode}) or Mode.DIGEST
    zone = _read(arguments, Key.TZ, parse_zone) if Key.TZ in arguments.values else home
    return Subscribe(
        scope=find_scope(arguments, book),
        mode=mode,
        filters=_read_subject(arguments, mode),
        schedule=_read_schedule(arguments, mode, zone),
        zone=zone,
        channel=read_channel(arguments),
        mention=_read_mention(arguments),
        reassure_after=_read_note(arguments),
    )


def read_number(verb: str, typed: Typed, *, of: str = "subscription", listed_by: str = "subscriptions") -> int:
    """The number of what a verb is about, alone after it; ``listed_by`` is the verb that shows such numbers.

    Raises:
        UserError: there is none, or something else.
    """
    text = " ".join(map(str, typed.words))
    if match := _NUMBER.fullmatch(text):
        return int(match["number"])
    likely = _LIKE_A_NUMBER.search(text)
    what = f"{shown(text)} is not the number of a {of}" if text else f"The number of the {of} is missing"
    raise UserError(
        f"{what}: write one alone, as in {shown(f'{verb} 3')}; “{listed_by}” lists them.",
        corrected=f"{verb} {likely[0]}" if likely else listed_by,
    )


def write_terms(terms: Terms, scope: Scope, book: AddressBook) -> Arguments:
    """The shortest arguments, after ``subscribe``, that ask for these terms of one scope.

    A calendar in another zone than the terms' is written in its own.
    """
    schedule = terms.schedule
    values = {
        **book.address(scope),
        **_write_subject(terms),
        Key.MODE: "" if terms.mode is Mode.DIGEST else terms.mode.value,
        **_write_schedule(schedule),
        Key.TZ: schedule.zone if isinstance(schedule, Calendar) else terms.zone,
        Key.CHANNEL: terms.channel,
        Key.MENTION: terms.mention or "",
        Key.NOTE: write_duration(terms.reassure_after) if terms.reassure_after else "",
    }
    return Arguments("subscribe", {key: value for key, value in values.items() if value})


def _read_subject(arguments: Arguments, mode: Mode) -> Filters:
    filters = read_filters(arguments)
    return filters if any(key in arguments.values for key in FILTER_KEYS) else usual_filters(mode)


def _read_schedule(arguments: Arguments, mode: Mode, zone: str) -> Schedule | None:
    if mode is Mode.ALERT:
        _refuse_a_time(arguments)
        return None
    given = [key for key in arguments.values if key in _WHEN]
    ways = [key for key in given if key is not Key.DAYS]
    if len(ways) > 1:
        raise UserError(
            f"{listed([shown(str(key)) for key in ways])} each say when the digest comes: keep one of them.",
            corrected=str(arguments.without(*ways[1:])),
        )
    if Key.DAYS in given and ways != [Key.AT]:
        raise _misplaced_days(arguments, ways)
    if not given:
        return DIGEST_SCHEDULE
    _refuse_zone_within(arguments, ways[0])
    if ways == [Key.EVERY]:
        return _read(arguments, Key.EVERY, parse_interval)
    if ways == [Key.CRON]:
        return _read(arguments, Key.CRON, lambda text: parse_cron(text, zone))
    weekdays = _read(arguments, Key.DAYS, read_weekdays) if Key.DAYS in given else EVERY_WEEKDAY
    return Calendar(_read(arguments, Key.AT, read_clocks), zone, weekdays=weekdays)


def read_channel(arguments: Arguments) -> ChannelId | None:
    """The channel that the arguments name; None where they name none.

    Raises:
        UserError: it is not named by its ID.
    """
    found = _read_id(arguments, Key.CHANNEL, _CHANNEL, "a channel's ID: pick the channel from the list after “#”", "C")
    return None if found is None else ChannelId(found)


def _read_mention(arguments: Arguments) -> GroupId | None:
    found = _read_id(arguments, Key.MENTION, _GROUP, "a user group's ID: pick the group from the list after “@”", "S")
    return None if found is None else GroupId(found)


def _read_note(arguments: Arguments) -> timedelta | None:
    typed = arguments.values.get(Key.NOTE, "off").casefold()
    return _NOTES[typed] if typed in _NOTES else _read(arguments, Key.NOTE, parse_duration)


def _write_subject(terms: Terms) -> Mapping[Key, str]:
    if terms.filters == usual_filters(terms.mode):
        return {}
    return write_filters(terms.filters) if terms.filters else {Key.CATEGORY: "all"}


def _write_schedule(schedule: Schedule | None) -> Mapping[Key, str]:
    if schedule is None or schedule == DIGEST_SCHEDULE:
        return {}
    if isinstance(schedule, Interval):
        return {Key.EVERY: write_duration(schedule.every)}
    if not is_plain(schedule):
        return {Key.CRON: write_fields(schedule)}
    days = "" if schedule.weekdays == EVERY_WEEKDAY else write_weekdays(schedule.weekdays)
    return {Key.AT: write_clocks(schedule.times), Key.DAYS: days}


def _refuse_a_time(arguments: Arguments) -> None:
    """Complain of what says when something comes, for an alert: it comes when something happens, and only then."""
    given = [key for key in arguments.values if key in {*_WHEN, Key.NOTE}]
    if given:
        raise UserError(
            f"An alert comes as soon as something happens: leave out {listed([shown(str(key)) for key in given])}.",
            corrected=str(arguments.without(*given)),
        )


def _misplaced_days(arguments: Arguments, ways: Sequence[Key]) -> UserError:
    if ways:
        return UserError(
            f"“days” goes with “at” alone, not with {shown(str(ways[0]))}: leave it out.",
            corrected=str(arguments.without(Key.DAYS)),
        )
    return UserError(
        "“days” says nothing of the time of the day: add it, as in “at=09:00”.",
        corrected=str(arguments.with_value(Key.AT, "09:00")),
    )


def _refuse_zone_within(arguments: Arguments, key: Key) -> None:
    """Complain of a zone after times or cron's fields, which has a key of its own."""
    rest, _, last = arguments.values[key].rpartition(" ")
    if rest and (zone := find_zone(last)):
        raise UserError(
            f"The time zone has a key of its own: write {shown(f'tz={zone.key}')}.",
            corrected=str(arguments.with_value(key, rest).with_value(Key.TZ, zone.key)),
        )


def _read(arguments: Arguments, key: Key, read: Callable[[str], _Value]) -> _Value:
    try:
        return read(arguments.values[key])
    except BadTime as error:
        raise UserError(str(error), corrected=str(arguments.with_value(key, error.suggestion))) from error


def _read_id(arguments: Arguments, key: Key, form: re.Pattern[str], what: str, letter: str) -> str | None:
    typed = arguments.values.get(key)
    if typed is None or form.fullmatch(typed):
        return typed
    raise UserError(
        f"{shown(typed)} is not {what}, or write an ID such as {letter}012AB3CD.",
        corrected=str(arguments.without(key)),
    )
