"""Events as people read them, the same in every message: whole, or named on one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.slack.text import shown
from bot.adapters.slack.views.blocks import Json, beside, emoji, plain, rich, section, space, text
from bot.adapters.slack.views.menus import menu
from bot.adapters.slack.views.times import minute, second
from bot.domain.events import AuditEvent, Risk
from bot.domain.narration import label, narrate

RISKS: Final = {
    Risk.HIGH: ("red_circle", "\N{LARGE RED CIRCLE}", "High"),
    Risk.MEDIUM: ("large_orange_circle", "\N{LARGE ORANGE CIRCLE}", "Medium"),
    Risk.LOW: ("large_blue_circle", "\N{LARGE BLUE CIRCLE}", "Low"),
}
"""An emoji's name and character, and the word: colour alone tells nothing to many. All read on light and on dark."""
DOT: Final = " · "
_NOTE: Final = ("link", "\N{LINK SYMBOL}")
"""Beside what connects an event with earlier ones."""


def with_notes(block: Json, notes: Sequence[str]) -> Json:
    """An event in rich text, and what else there is to tell of it, a line each."""
    lines = [section(emoji(*_NOTE), space(" "), text(note, 200, bold=True)) for note in notes]
    elements = block["elements"]
    return rich(*(elements if isinstance(elements, list) else []), *lines) if lines else block


def listed(  # noqa: PLR0913 — what an event is told with, by name
    event: AuditEvent,
    zone: ZoneInfo,
    reference: str,
    *,
    dated: bool = False,
    late: bool = False,
    whose: str = "",
    identified: bool = False,
    notes: Sequence[str] = (),
) -> list[Json]:
    """One event: when, how risky, who did what; below, Mondoo's own words for it with a menu beside them.

    Args:
        event: the event.
        zone: where clocks are read for whoever cannot be shown their own.
        reference: names the event among all that the message shows.
        dated: whether the day is told too, since no heading does.
        late: whether to mark it as late.
        whose: the log that it is from, where that is not plain.
        identified: whether its actor is told by ID too, as who has no name always is.
        notes: what else there is to tell of it, a line each.
    """
    facts = _facts(event if identified else replace(event, actor_mrn=""), whose)
    words = DOT.join(each for each in (shown(event.action, 120), *facts) if each)
    deed = rich(section(*_deed(event, zone, dated=dated, late=late)))
    return [with_notes(deed, notes), beside(plain(words, 600), menu(), reference)]


def headline(event: AuditEvent, zone: ZoneInfo) -> Json:
    """When, how risky, who did what, and no more."""
    return rich(section(*_deed(event, zone, dated=True)))


def _deed(event: AuditEvent, zone: ZoneInfo, *, dated: bool = False, late: bool = False) -> list[Json]:
    """When, how risky, who did what."""
    told = narrate(event)
    line = [second(event.at, zone, dated=dated), space(DOT)]
    if late:
        line += [text("late", bold=True), space(DOT)]
    line += [
        *mark(event.risk),
        space(DOT),
        text(told.actor, 80, bold=True),
        space(),
        text(told.deed, 200),
    ]
    if told.object and told.object not in told.deed:
        line += [space(" on "), text(told.object, 120)]
    return line


def _facts(event: AuditEvent, whose: str = "") -> list[str]:
    """What else is known, each in a few words."""
    by = label(event.actor_mrn)
    facts = [
        event.message,
        f"by {by}" if by and by != narrate(event).actor else "",
        f"from {event.ip}" if event.ip else "",
        f"in {whose}" if whose else "",
    ]
    return [shown(fact, limit) for fact, limit in zip(facts, (200, 60, 50, 60), strict=True) if fact]


def named(event: AuditEvent, zone: ZoneInfo, *, late: bool = False) -> Json:
    """One event on one line of rich text: how risky, who did what, when."""
    told = narrate(event)
    mark_name, character, _ = RISKS[event.risk]
    line = [emoji(mark_name, character), space(" "), text(told.actor, 60, bold=True), space(), text(told.deed, 120)]
    if told.object and told.object not in told.deed:
        line += [space(" on "), text(told.object, 80)]
    line += [space(DOT), minute(event.at, zone)]
    return section(*line, *([space(DOT), text("late", bold=True)] if late else []))


def mark(risk: Risk) -> list[Json]:
    """A risk in rich text: its colour and its word."""
    name, character, word = RISKS[risk]
    return [emoji(name, character), space(" "), text(word)]
