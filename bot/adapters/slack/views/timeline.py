"""What happened around a moment, in every log that the reader may see, on one time line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import (
    Json,
    actions,
    button,
    context,
    emoji,
    header,
    message,
    rich,
    section,
    space,
    text,
    warning,
)
from bot.adapters.slack.views.entries import listed
from bot.adapters.slack.views.focuses import encode
from bot.adapters.slack.views.limits import BUDGET, weight
from bot.adapters.slack.views.places import name_of
from bot.adapters.slack.views.references import references
from bot.adapters.slack.views.times import lasting, local, second
from bot.domain.events import AuditEvent
from bot.domain.moments import describe_window
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.timelines import Focus, Glimpse, Timeline
from bot.domain.wording import listed as in_prose
from bot.domain.zones import zone_or_utc

RADII: Final = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))
SHOWN: Final = 19
"""More events than that nobody takes in at a glance; two blocks each, they fill a message."""
_ROOM: Final = BUDGET - 3500
"""Of the message, for the events."""
_NAMED: Final = 4
"""Logs that are told of one by one."""
_PIN: Final = ("round_pushpin", "\N{ROUND PUSHPIN}")


def view(timeline: Timeline, *, catalog: ScopeCatalog, zone: str) -> Json:
    """The time line.

    Args:
        timeline: what was seen.
        catalog: what people call the logs.
        zone: the reader's IANA time zone.
    """
    home, focus = zone_or_utc(zone), timeline.focus
    shown, blocks = _line(timeline, catalog, home)
    count = len(timeline.events)
    title = f"{lasting(focus.radius)} before and after {_clock(focus.centre, home)}"
    seen = f"{count:,} event{'' if count == 1 else 's'} in {_logs(timeline.glimpses, catalog)}"
    window = describe_window(focus.window, zone)
    return message(
        f"{title}: {seen}",
        header(title),
        context(window[:1].upper() + window[1:], f"{seen[:1].upper()}{seen[1:]}"),
        *_warnings(timeline.glimpses, catalog),
        *blocks,
        context(*_small_print(timeline, catalog)),
        actions(*_buttons(timeline, shown)),
    )


def _line(timeline: Timeline, catalog: ScopeCatalog, zone: ZoneInfo) -> tuple[list[AuditEvent], list[Json]]:
    """The events that have room, those nearest to the centre first, with their blocks in the order of time."""
    count = min(len(timeline.events), SHOWN)
    while True:
        shown = timeline.nearest(count)
        blocks = list(_blocks(timeline, shown, catalog, zone))
        if weight(blocks) <= _ROOM:
            return shown, blocks
        count -= 1


def _blocks(timeline: Timeline, shown: Sequence[AuditEvent], catalog: ScopeCatalog, zone: ZoneInfo) -> Iterator[Json]:
    focus, everything = timeline.focus, timeline.events
    moments = [focus.moment, *(event.at for event in shown)]
    dated = len({local(moment, zone).date() for moment in moments}) > 1
    marks_event = any(map(timeline.is_about, shown))
    marked = marks_event or focus.moment not in focus.window
    earlier = sum(event.at < shown[0].at for event in everything) if shown else 0
    if earlier:
        yield context(f"… {earlier:,} more before: press Earlier, or look at less time")
    for event, reference in zip(shown, references(shown), strict=True):
        if not marked and event.at > focus.moment:
            yield _moment(focus, zone, dated=dated)
            marked = True
        whose = _whose(event.scope, catalog)
        deed, below = listed(event, zone, reference, dated=dated, whose=whose, identified=True)
        if marks_event and timeline.is_about(event):
            deed = rich(section(emoji(*_PIN), space(" "), text("The event", bold=True)), *_paragraphs(deed))
        yield from (deed, below)
    if not marked:
        yield _moment(focus, zone, dated=dated)
    if not shown:
        yield rich(section(text(_nothing(timeline))))
    if later := len(everything) - len(shown) - earlier:
        yield context(f"… {later:,} more after: press Later, or look at less time")


def _paragraphs(block: Json) -> list[Json]:
    elements = block["elements"]
    return elements if isinstance(elements, list) else []


def _moment(focus: Focus, zone: ZoneInfo, *, dated: bool) -> Json:
    """The place of the moment between what happened before and after it."""
    return rich(
        section(emoji(*_PIN), space(" "), second(focus.moment, zone, dated=dated), text("· the moment", bold=True))
    )


def _nothing(timeline: Timeline) -> str:
    if timeline.is_partial:
        return "Nothing is known of this time yet, since not all of it could be read."
    return "Nothing happened in this time."


def _whose(scope: Scope, catalog: ScopeCatalog) -> str:
    return f"{name_of(scope, catalog)} ({scope.region.title})"


def _logs(glimpses: Sequence[Glimpse], catalog: ScopeCatalog) -> str:
    if len(glimpses) == 1:
        return _whose(glimpses[0].scope, catalog)
    return f"{len(glimpses):,} logs"


def _warnings(glimpses: Sequence[Glimpse], catalog: ScopeCatalog) -> list[Json]:
    """What must not be overlooked: logs of which nothing, or not all, is known."""
    unread = [glimpse for glimpse in glimpses if glimpse.stopped]
    blocks = [
        warning(
            f"{'Could not read' if each.failed else 'Not all is known of'} the log of "
            f"{_whose(each.scope, catalog)}: {each.stopped}.",
            each.advice,
        )
        for each in unread[:_NAMED]
    ]
    if more := unread[_NAMED:]:
        names = in_prose([_whose(each.scope, catalog) for each in more[:_NAMED]])
        others = f"{names} and {len(more) - _NAMED:,} more" if len(more) > _NAMED else names
        blocks.append(warning(f"Neither could these be read to their end: {others}."))
    return blocks


def _small_print(timeline: Timeline, catalog: ScopeCatalog) -> list[str]:
    """How much is known of each log, in few words."""
    whole = [each for each in timeline.glimpses if not each.stopped and not each.limited]
    lines = []
    if whole:
        names = [_whose(each.scope, catalog) for each in whole]
        others = len(names) - 2 * _NAMED
        words = f"{', '.join(names[: 2 * _NAMED])} and {others:,} more" if others > 0 else in_prose(names)
        lines.append(f"Read whole: {words}")
    limited = [each for each in timeline.glimpses if each.limited and not each.stopped]
    if limited:
        names = [_whose(each.scope, catalog) for each in limited[:_NAMED]]
        more = len(limited) - len(names)
        words = f"{', '.join(names)} and {more:,} more" if more else in_prose(names)
        lines.append(f"Of {words} only the events nearest to the middle were read: there are more")
    if silent := len([each for each in whole if not each.events]):
        lines.append(f"Without any event: {silent:,} of {len(timeline.glimpses):,} logs")
    until = timeline.focus.window.until
    if until is not None and until > timeline.at:
        lines.append("The end of this time is still to come")
    return lines or ["No log was read to its end"]


def _buttons(timeline: Timeline, shown: Sequence[AuditEvent]) -> list[Json]:
    focus, everything = timeline.focus, timeline.events
    step = timedelta(seconds=1)
    earlier, later = focus.moved(-2 * focus.radius), focus.moved(2 * focus.radius)
    if shown and everything[0].at < shown[0].at:
        earlier = focus.around(min(shown[0].at.replace(microsecond=0), focus.centre - step))
    if shown and everything[-1].at > shown[-1].at:
        later = focus.around(max(shown[-1].at.replace(microsecond=0), focus.centre + step))
    buttons = [button(ids.LENS_EARLIER, "Earlier", encode(earlier))]
    if later.window.since is not None and later.window.since < timeline.at:
        buttons.append(button(ids.LENS_LATER, "Later", encode(later)))
    for radius in RADII:
        if radius != focus.radius or focus.centre != focus.moment:
            action = f"{ids.LENS_RADIUS}.{radius // timedelta(minutes=1)}"
            buttons.append(button(action, f"±{lasting(radius)}", encode(focus.within(radius))))
    if timeline.is_partial or _is_open(timeline):
        buttons.append(button(ids.LENS_AGAIN, "Look again", encode(focus)))
    return buttons


def _is_open(timeline: Timeline) -> bool:
    until = timeline.focus.window.until
    return until is not None and until > timeline.at


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    there = local(moment, zone)
    return f"{there:%H:%M:%S} on {there.day} {there:%B} {there.year}"
