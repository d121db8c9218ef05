"""Mute rules: events that digests and alerts leave out, and count. Searches show them as ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from bot.domain.access import UserId
from bot.domain.events import AuditEvent
from bot.domain.query import Filters
from bot.domain.scopes import Scope

MuteId = NewType("MuteId", int)
"""The number by which people call it: ``unmute 3``."""


@dataclass(frozen=True, slots=True)
class MuteTerms:
    """What is muted, for how long, and why.

    The texts are those of :class:`~bot.domain.query.Filters`: parts of a value, without case; all that are given have
    to match.

    Raises:
        ValueError: none of the texts is given, since that would mute everything; there is no reason; or the end is
            not aware and in UTC.
    """

    reason: str
    actor: str = ""
    action: str = ""
    resource: str = ""
    scope: Scope | None = None
    """None for every scope."""
    until: datetime | None = None
    """From when on events are told again; None for as long as nobody lifts it."""

    def __post_init__(self) -> None:
        if not (self.actor or self.action or self.resource):
            raise ValueError("a mute rule says which events it mutes")
        if not self.reason:
            raise ValueError("a mute rule has a reason")
        if self.until is not None and self.until.utcoffset() != timedelta(0):
            raise ValueError("a mute rule's end is an aware datetime in UTC")

    @property
    def filters(self) -> Filters:
        """Which events it mutes, of those of its scope."""
        return Filters(actor=self.actor, action=self.action, resource=self.resource)


@dataclass(frozen=True, slots=True)
class Mute:
    """A mute rule as it is stored."""

    id: MuteId
    terms: MuteTerms
    by: UserId
    """Who made it."""
    made: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether its end has come."""
        return self.terms.until is not None and self.terms.until <= now

    def matches(self, event: AuditEvent, now: datetime) -> bool:
        """Whether the event, told now, is muted by this rule."""
        return (
            not self.is_over(now)
            and (self.terms.scope is None or self.terms.scope == event.scope)
            and self.terms.filters.matches(event)
        )


def muted_by(event: AuditEvent, mutes: Iterable[Mute], now: datetime) -> MuteId | None:
    """The number of the first rule that mutes an event which is told now; None where none does."""
    return next((mute.id for mute in mutes if mute.matches(event, now)), None)
