"""One page of an answer: what was asked, the events, how much of it all is known, and the way to the other pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import (
    Json,
    actions,
    button,
    context,
    date,
    emoji,
    header,
    message,
    rich,
    section,
    space,
    text,
)
from bot.adapters.slack.views.tickets import Ticket, encode
from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent, Risk
from bot.domain.moments import describe_window
from bot.domain.narration import label, narrate
from bot.domain.query import AuditQuery, Filters, Order
from bot.domain.zones import zone_or_utc

_RISKS: Final = {
    Risk.HIGH: ("red_circle", "\N{LARGE RED CIRCLE}", "High"),
    Risk.MEDIUM: ("large_orange_circle", "\N{LARGE ORANGE CIRCLE}", "Medium"),
    Risk.LOW: ("white_circle", "\N{MEDIUM WHITE CIRCLE}", "Low"),
}
"""An emoji's name and character, and the word: colour alone tells nothing to many."""
_WARNING: Final = ("warning", "\N{WARNING SIGN}")
_DOT: Final = " · "


class Page(Protocol):
    """What is known of one page of an answer."""

    @property
    def query(self) -> AuditQuery:
        """The question, its end fixed."""

    @property
    def number(self) -> int:
        """Which page it is, from 0."""

    @property
    def events(self) -> Sequence[AuditEvent]:
        """The page's events, in the asked order."""

    @property
    def coverage(self) -> Coverage:
        """How much of the whole answer is known."""

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before."""

    @property
    def has_next(self) -> bool:
        """Whether there is more, or may be."""

    @property
    def first(self) -> int:
        """The number of the first event shown, from 1."""

    @property
    def last(self) -> int:
        """The number of the last event shown; 0 where none is."""


def view(page: Page, *, alias: str | None, zone: str, per_page: int) -> Json:
    """The message for one page.

    Args:
        page: what is known.
        alias: the scope's name in the settings, if it has one.
        zone: the reader's IANA time zone, for days and for the window.
        per_page: how many events a full page has.
    """
    scope = page.query.scope
    name = alias or scope.id
    line = page.coverage.describe(page.first, page.last)
    return message(
        f"Audit log of {name}: {line}",
        header(f"Audit log of {name}{_DOT}{scope.kind.word}{_DOT}{scope.region.title}"),
        context(*_asked(page.query, zone, alias)),
        *_warnings(page, name),
        *_days(page.events, zone_or_utc(zone)),
        context(_sentence(line)),
        *_buttons(page, per_page),
    )


def _asked(query: AuditQuery, zone: str, alias: str | None) -> list[str]:
    """What was asked, as it was understood."""
    window = describe_window(query.window, zone)
    order = ", oldest first" if query.order is Order.OLDEST_FIRST else ""
    lines = [_sentence(window) + order]
    if alias is not None:
        lines.insert(0, f"{query.scope.kind.word.capitalize()} {query.scope.id}")
    if query.filters:
        lines.append(f"Only {_wanted(query.filters)}")
    return lines


def _wanted(filters: Filters) -> str:
    words = [
        f"{key} with “{value}”"
        for key, value in (
            ("actor", filters.actor),
            ("action", filters.action),
            ("resource", filters.resource),
            ("any text", filters.text),
        )
        if value
    ]
    if filters.categories:
        words.append("category " + " or ".join(sorted(category.value for category in filters.categories)))
    if filters.risks:
        words.append("risk " + " or ".join(risk.value for risk in Risk if risk in filters.risks))
    return ", ".join(words)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _warnings(page: Page, name: str) -> list[Json]:
    """What must not be overlooked: that something is missing, or that there is nothing."""
    coverage = page.coverage
    if coverage.failed:
        return [_warning(f"Could not read the audit log of {name}: {coverage.stopped}.", coverage.advice)]
    if coverage.stopped:
        known = "These are not all events" if page.events else "Nothing can be said of this window yet"
        return [_warning(f"{known}: {coverage.stopped}.", coverage.advice)]
    if page.events:
        return []
    if coverage.complete:
        nothing = "No events match in this window." if coverage.filtered else "No events in this window."
        return [rich(section(text(nothing)))]
    return [rich(section(text("Nothing found so far, and the window is not read to its end: press Read on.")))]


def _warning(sentence: str, advice: str) -> Json:
    words = [emoji(*_WARNING), space(), text(sentence, 300, bold=True)]
    return rich(section(*words, space("\n"), text(advice, 300)) if advice else section(*words))


def _days(events: Sequence[AuditEvent], zone: ZoneInfo) -> list[Json]:
    """The events in their order, under a heading for each day in that zone."""
    blocks: list[Json] = []
    for day, of_day in groupby(events, key=lambda event: _local(event.at, zone).date()):
        blocks.append(rich(section(text(f"{day:%A} {day.day} {day:%B} {day.year}", bold=True))))
        blocks += [_entry(event, zone) for event in of_day]
    return blocks


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment as clocks in the zone show it; in UTC at either end of time, where a zone leads beyond it."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def _entry(event: AuditEvent, zone: ZoneInfo) -> Json:
    """One event: when, how risky, who did what; below, Mondoo's own words for it."""
    told = narrate(event)
    mark, character, risk = _RISKS[event.risk]
    line = [
        date(event.at, "{time_secs}", f"{_local(event.at, zone):%H:%M:%S}"),
        space(_DOT),
        emoji(mark, character),
        space(" "),
        text(risk),
        space(_DOT),
        text(told.actor, 80, bold=True),
        space(),
        text(told.deed, 200),
    ]
    if told.object and told.object not in told.deed:
        line += [space(" on "), text(told.object, 120)]
    line += [space("\n"), text(event.action, 120, code=True)]
    by = label(event.actor_mrn)
    facts = [event.message, f"by {by}" if by and by != told.actor else "", f"from {event.ip}" if event.ip else ""]
    for fact, limit in zip(facts, (240, 60, 50), strict=True):
        if fact:
            line += [space(_DOT), text(fact, limit)]
    return rich(section(*line))


def _buttons(page: Page, per_page: int) -> list[Json]:
    """The ways to go on. With oldest first, the next page holds newer events."""
    newest_first = page.query.order is Order.NEWEST_FIRST
    older, newer = (ids.PAGE_OLDER, "Older"), (ids.PAGE_NEWER, "Newer")
    previous, following = (newer, older) if newest_first else (older, newer)
    reading = not page.coverage.complete and not page.coverage.stopped
    full = len(page.events) >= per_page
    wanted: list[tuple[tuple[str, str], int]] = []
    if page.has_previous:
        wanted.append((previous, page.number - 1))
    if page.has_next and (full or not reading):
        wanted.append((following, page.number + 1))
    if page.coverage.stopped:
        wanted.append(((ids.PAGE_AGAIN, "Try again"), page.number))
    elif reading and not full:
        wanted.append(((ids.PAGE_AGAIN, "Read on"), page.number))
    buttons: list[Json] = []
    for (action, words), number in wanted:
        value = encode(Ticket(page.query, number))
        if value is None:
            return [context("The question is too long to be carried by buttons: ask for less to see the rest.")]
        buttons.append(button(action, words, value))
    return [actions(*buttons)] if buttons else []
