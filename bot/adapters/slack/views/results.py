"""One page of an answer: what was asked, the events, how much of it all is known, and the way to the other pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import (
    Json,
    actions,
    confirmed,
    context,
    header,
    message,
    person,
    rich,
    section,
    space,
    text,
    warning,
)
from bot.adapters.slack.views.entries import DOT, listed
from bot.adapters.slack.views.filters import wanted
from bot.adapters.slack.views.references import references
from bot.adapters.slack.views.rows import CHARTS, buttons, row
from bot.adapters.slack.views.tickets import Ticket, encode
from bot.adapters.slack.views.times import local
from bot.domain.access import UserId
from bot.domain.coverage import Coverage
from bot.domain.events import AuditEvent
from bot.domain.moments import describe_window
from bot.domain.narration import narrate
from bot.domain.query import AuditQuery, Order
from bot.domain.zones import zone_or_utc


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


def view(page: Page, *, alias: str | None, zone: str, per_page: int, shared_by: UserId | None = None) -> Json:
    """The message for one page.

    Args:
        page: what is known.
        alias: the scope's name in the settings, if it has one.
        zone: the reader's IANA time zone, for days and for the window.
        per_page: how many events a full page has.
        shared_by: who shows it to a whole channel; it has no pages then, and whoever wants them asks again.
    """
    scope = page.query.scope
    name = alias or scope.id
    line = page.coverage.describe(page.first, page.last)
    return message(
        f"Audit log of {name}: {line}",
        header(f"Audit log of {name}{DOT}{scope.kind.word}{DOT}{scope.region.title}"),
        *([] if shared_by is None else [rich(section(text("Shared by"), space(), person(shared_by)))]),
        context(*asked(page.query, zone, alias)),
        *warnings(page, name),
        *_days(page.events, zone_or_utc(zone)),
        context(_sentence(line)),
        *(_buttons(page, per_page) if shared_by is None else row(page.query, page.number, (ids.PAGE_ASK, "Ask again"))),
    )


def asked(query: AuditQuery, zone: str, alias: str | None) -> list[str]:
    """What was asked, as it was understood."""
    window = describe_window(query.window, zone)
    order = ", oldest first" if query.order is Order.OLDEST_FIRST else ""
    lines = [_sentence(window) + order]
    if alias is not None:
        lines.insert(0, f"{query.scope.kind.word.capitalize()} {query.scope.id}")
    if query.filters:
        lines.append(f"Only {wanted(query.filters)}")
    return lines


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def warnings(page: Page, name: str) -> list[Json]:
    """What must not be overlooked: that something is missing, or that there is nothing."""
    coverage = page.coverage
    if coverage.failed:
        return [warning(f"Could not read the audit log of {name}: {coverage.stopped}.", coverage.advice)]
    if coverage.stopped:
        known = "These are not all events" if page.events else "Nothing can be said of this window yet"
        return [warning(f"{known}: {coverage.stopped}.", coverage.advice)]
    if page.events:
        return []
    if coverage.complete:
        nothing = "No events match in this window." if coverage.filtered else "No events in this window."
        return [rich(section(text(nothing)))]
    return [rich(section(text("Nothing found so far, and the window is not read to its end: press Read on.")))]


def _days(events: Sequence[AuditEvent], zone: ZoneInfo) -> list[Json]:
    """The events in their order, under a heading for each day in that zone."""
    blocks: list[Json] = []
    named = zip(events, references(events), strict=True)
    actors = {(narrate(event).actor, event.actor_mrn) for event in events}
    namesakes = Counter(name for name, _ in actors)
    for day, of_day in groupby(named, key=lambda pair: local(pair[0].at, zone).date()):
        blocks.append(rich(section(text(f"{day:%A} {day.day} {day:%B} {day.year}", bold=True))))
        for event, reference in of_day:
            blocks += listed(event, zone, reference, identified=namesakes[narrate(event).actor] > 1)
    return blocks


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
    wanted.append(((ids.CHANGE_FILTERS, "Change filters"), page.number))
    if encode(Ticket(page.query, page.number + 1)) is None:
        return [context("The question is too long to be carried by buttons: ask for less to see the rest.")]
    turning = [element for name, number in wanted for element in buttons(page.query, number, name)]
    others = _others(page) if page.events else []
    return [actions(*elements) for elements in (turning, others) if elements]


def _others(page: Page) -> list[Json]:
    """What else can be done with what is shown."""
    share, *rest = buttons(
        page.query,
        page.number,
        (ids.PAGE_SHARE, "Share…"),
        (ids.PAGE_EXPORT, "Export…"),
        (ids.PAGE_TABLE, "Table"),
        (CHARTS[0].action, "Charts"),
    )
    sure = confirmed(
        share,
        "Show this page to everybody here?",
        "Everybody in this conversation will see these events, with your name, and can keep them.",
        confirm="Share",
    )
    return [sure, *rest]
