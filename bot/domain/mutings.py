"""From arguments to the mute rule that they ask for: which events, where, until when, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.addresses import AddressBook
from bot.domain.arguments import MUTED_KEYS, SCOPE_KEYS, Arguments, Key
from bot.domain.durations import BadTime, is_duration, parse_duration
from bot.domain.errors import UserError
from bot.domain.moments import parse_until
from bot.domain.mutes import MuteTerms
from bot.domain.questions import read_filters
from bot.domain.whose import find_scope
from bot.domain.wording import shown

_FOR_A_WEEK = "7d"
_ANY_REASON = "say why"
_A_SECOND = timedelta(seconds=1)
"""To which moments are rounded up: "now" means this one."""


def read_mute(arguments: Arguments, book: AddressBook, now: datetime, zone: str) -> MuteTerms:
    """What the arguments ask to be left out; of every scope, where they name none.

    Args:
        arguments: those of ``mute``.
        book: the scopes that can be named.
        now: the present, aware.
        zone: the IANA name of the person's time zone.

    Raises:
        UserError: a value makes no sense, it is not said which events or why, or the end is past.
    """
    filters = read_filters(arguments)
    if arguments.values.keys().isdisjoint(MUTED_KEYS):
        raise UserError(
            "Say which events to mute: by “actor”, “action” or “resource”, as in “mute actor=jane reason=holidays”.",
            corrected="help mute",
        )
    reason = arguments.values.get(Key.REASON)
    if reason is None:
        raise UserError(
            "Say why, for those who wonder what is missing: add “reason=”.",
            corrected=str(arguments.with_value(Key.REASON, _ANY_REASON)),
        )
    named = not arguments.values.keys().isdisjoint({*SCOPE_KEYS, Key.REGION})
    return MuteTerms(
        reason=reason,
        actor=filters.actor,
        action=filters.action,
        resource=filters.resource,
        scope=find_scope(arguments, book) if named else None,
        until=_read_end(arguments, now, zone),
    )


def _read_end(arguments: Arguments, now: datetime, zone: str) -> datetime | None:
    length, moment = arguments.values.get(Key.FOR), arguments.values.get(Key.UNTIL)
    if length and moment:
        raise UserError(
            "“for” and “until” both say when it ends: keep one of them.", corrected=str(arguments.without(Key.UNTIL))
        )
    if length:
        return _after(arguments, length, now)
    if not moment:
        return None
    if is_duration(moment):
        raise UserError(
            f"“until” is a moment, and {shown(moment)} is a length of time: write {shown(f'for={moment}')}.",
            corrected=str(arguments.renamed(Key.UNTIL, Key.FOR)),
        )
    try:
        end = parse_until(moment, now=now, zone=zone)
    except BadTime as error:
        raise UserError(str(error), corrected=_for_a_week(arguments)) from error
    if end <= now + _A_SECOND:
        raise UserError(
            f"{shown(moment)} is past: write a day or a time to come, or “for=7d”.", corrected=_for_a_week(arguments)
        )
    return end


def _after(arguments: Arguments, length: str, now: datetime) -> datetime:
    try:
        return (now.astimezone(UTC) + parse_duration(length)).replace(microsecond=0)
    except BadTime as error:
        raise UserError(str(error), corrected=str(arguments.with_value(Key.FOR, error.suggestion))) from error


def _for_a_week(arguments: Arguments) -> str:
    return str(arguments.without(Key.UNTIL).with_value(Key.FOR, _FOR_A_WEEK))
