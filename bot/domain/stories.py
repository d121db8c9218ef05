"""What several events tell together: somebody was an owner for a while, something was made and deleted soon after.

A story is only told of events that are known. Where they could be told in two ways, none is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.events import AuditEvent, Risk, last_word
from bot.domain.narration import label, narrate

BRIEF = timedelta(days=1)
"""A role that was held for longer is none of these stories."""
SOON = timedelta(hours=1)
"""What lived for longer is none of these stories either."""
ENOUGH = timedelta(days=1)
"""Before that much is collected, everything is the first of its kind."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_MAKES = frozenset({"Create", "Generate", "Add", "Register", "Issue"})
_ENDS = frozenset({"Delete", "Remove", "Revoke", "Unregister"})
_MEMBERSHIP = re.compile(r"(?P<verb>Set|Remove)(?P<of>Organization|Space)Membership")
_ROLE = "[a-z]+(?:-[a-z]+)*"
_ADDED = re.compile(rf"(?P<new>{_ROLE}) added")
_CHANGED = re.compile(rf"role changed from (?P<old>{_ROLE}) to (?P<new>{_ROLE})")


@dataclass(frozen=True, slots=True)
class Story:
    """What is told of an event beside the event itself."""

    event: AuditEvent
    words: str
    """A phrase, such as ``owner for 14 minutes``."""
    earlier: AuditEvent | None = None
    """The event that it began with; None where it is about there being none."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Since when a log's events are known."""

    since: datetime
    began: bool
    """Whether collecting began then; older events are forgotten otherwise."""


def stories_of(event: AuditEvent, known: Iterable[AuditEvent], collected: Collected) -> list[Story]:
    """What there is to tell of an event.

    Args:
        event: the event.
        known: other events of its log: all that are collected about its resource within :data:`BRIEF` before it, and
            all by its actor since ``collected``.
        collected: since when events of that log are known.
    """
    others = [other for other in known if other.scope == event.scope]
    told = (_held(event, others), _short_lived(event, others), _first(event, others, collected))
    return [story for story in told if story is not None]


def _held(event: AuditEvent, others: Sequence[AuditEvent]) -> Story | None:
    """That a role was held for a while only: it was granted, nothing changed it since, and now it is gone."""
    ended = _MEMBERSHIP.fullmatch(last_word(event.action))
    if ended is None or not event.resource:
        return None
    changes = [other for other in others if _is_of(other, event, ended["of"])]
    granted = _last(changes, event)
    if granted is None:
        return None
    role, length = _gained(granted), event.at - granted.at
    if not role or length > BRIEF or _lost(event) not in {role, "any"} or _gained(event) == role:
        return None
    return Story(event, f"{role} for {_lasting(length)}", granted)


def _short_lived(event: AuditEvent, others: Sequence[AuditEvent]) -> Story | None:
    """That something was deleted soon after it was made."""
    noun = _noun(event, _ENDS)
    if not noun:
        return None
    made = _last(
        [other for other in others if other.resource == event.resource and _noun(other, _MAKES) == noun], event
    )
    if made is None or event.at - made.at > SOON:
        return None
    by = "" if made.actor_mrn == event.actor_mrn else f", by {narrate(made).actor}"
    return Story(event, f"created only {_lasting(event.at - made.at)} before{by}", made)


def _first(event: AuditEvent, others: Sequence[AuditEvent], collected: Collected) -> Story | None:
    """That somebody never did this before, as far as is known."""
    noun, owner = _noun(event, _MAKES), _gained(event) == "owner"
    if event.risk is not Risk.HIGH or not event.actor_mrn or not (noun or owner):
        return None
    if event.at - collected.since < ENOUGH or any(_is_alike(other, event) for other in others):
        return None
    since = f"{collected.since.day} {collected.since:%B} {collected.since.year}"
    why = "when collecting began" if collected.began else "as far back as events are kept"
    what = "owner made" if owner else f"{noun} created"
    return Story(event, f"the first {what} by {narrate(event).actor} since {since}, {why}")


def _is_of(other: AuditEvent, event: AuditEvent, of: str) -> bool:
    """Whether both are about one person's membership in the same thing."""
    match = _MEMBERSHIP.fullmatch(last_word(other.action))
    same = other.resource == event.resource and other.parent == event.parent
    return match is not None and match["of"] == of and same


def _is_alike(other: AuditEvent, event: AuditEvent) -> bool:
    """Whether the same person did the same before, or perhaps before: in one second nobody knows the order."""
    same = (other.actor_mrn, last_word(other.action)) == (event.actor_mrn, last_word(event.action))
    return same and other.at <= event.at and _gained(other) == _gained(event)


def _last(events: Sequence[AuditEvent], event: AuditEvent) -> AuditEvent | None:
    """The last of the events before an event; None where there is none, or where their order is not known."""
    if any(other.at == event.at for other in events):
        return None
    before = sorted((other for other in events if other.at < event.at), key=lambda other: other.at)
    if not before or [other.at for other in before].count(before[-1].at) > 1:
        return None
    return before[-1]


def _gained(event: AuditEvent) -> str:
    """The role that somebody has since an event; empty where it does not say."""
    action = _MEMBERSHIP.fullmatch(last_word(event.action))
    if action is None or action["verb"] != "Set":
        return ""
    message = _message(event)
    match = _ADDED.fullmatch(message) or _CHANGED.fullmatch(message)
    return "" if match is None else match["new"]


def _lost(event: AuditEvent) -> str:
    """The role that somebody has no longer since a membership event; ``any`` where they have none."""
    if last_word(event.action).startswith("Remove"):
        return "any"
    match = _CHANGED.fullmatch(_message(event))
    return "" if match is None else match["old"]


def _message(event: AuditEvent) -> str:
    return " ".join(event.message.split()).lower()


def _noun(event: AuditEvent, verbs: frozenset[str]) -> str:
    """What an event made or ended, where its resource is such a thing: ``service account``; else empty."""
    verb, *words = _PARTS.findall(last_word(event.action)) or [""]
    noun = " ".join(word if word.isupper() else word.lower() for word in words)
    is_one = event.resource.startswith("//") and label(event.resource).casefold().startswith(f"{noun} ".casefold())
    return noun if verb in verbs and words and is_one else ""


def _lasting(length: timedelta) -> str:
    """A length of time as one says it: in full seconds, minutes or hours."""
    for unit, size in (("hour", timedelta(hours=2)), ("minute", timedelta(minutes=2))):
        if length >= size:
            return f"{length // (size / 2):,} {unit}s"
    seconds = length // timedelta(seconds=1)
    return f"{seconds} second{'' if seconds == 1 else 's'}"
