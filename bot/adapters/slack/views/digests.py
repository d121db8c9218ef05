"""Digests: what became known since the last one, so that one look tells whether to do something.

A few events are shown whole. Of more, the riskiest are named one by one and all are summed up; whole they are in the
thread, or in a file there where they are too many to read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from bot.adapters.slack.views.blocks import (
    Json,
    bullets,
    context,
    emoji,
    header,
    message,
    rich,
    section,
    space,
    text,
    usergroup,
)
from bot.adapters.slack.views.charts import chart_of
from bot.adapters.slack.views.details import IN_THREAD, details, told
from bot.adapters.slack.views.entries import DOT, RISKS, named
from bot.adapters.slack.views.forms import unadorned
from bot.adapters.slack.views.menus import looking_around
from bot.adapters.slack.views.places import scenes_of
from bot.adapters.slack.views.reach import small_print, warnings
from bot.adapters.slack.views.references import reference
from bot.adapters.slack.views.summaries import risks, summary
from bot.adapters.slack.views.times import minute
from bot.domain.deliveries import Content, Message
from bot.domain.digests import Digest, Entry, events_of
from bot.domain.events import AuditEvent, Risk
from bot.domain.narration import narrate
from bot.domain.scopes import ScopeCatalog
from bot.domain.traces import trace_of
from bot.domain.zones import zone_or_utc

WHOLE: Final = 5
"""So many events are all shown in the message itself."""
_NAMED: Final = 5


def digest_parts(digest: Digest, catalog: ScopeCatalog) -> tuple[Content, ...]:
    """The message, and what follows in its thread."""
    words, top = headline(digest, catalog), list(_top(digest, catalog))
    if len(digest.entries) <= WHOLE:
        body = [*chain.from_iterable(told(by_risk(digest), digest, catalog))]
        bottom = [context(*small_print(digest, catalog)), way_around(digest)]
        return (_message(words, [*top, *body, *bottom]),)
    events = events_of(digest.entries)
    body = [*_stories(digest), _worst(digest), *summary(events)]
    bottom = [context(*small_print(digest, catalog), _where(len(events))), way_around(digest)]
    chart = chart_of(digest)
    if chart is None:
        first = _message(words, [*top, *body, *bottom])
    else:
        plainer = message(words, *top, *body, chart.written(), *bottom)
        first = Message((message(words, *top, *body, chart.drawn(), *bottom), plainer, unadorned(plainer)))
    return first, *details(digest, digest.entries, catalog)


def headline(digest: Digest, catalog: ScopeCatalog) -> str:
    """What a notification shows: how many events where, and of a single one who did what."""
    events = events_of(digest.entries)
    names = scenes_of(digest, catalog)
    if len(events) == 1:
        return f"{names}: {_spoken(events[0])} ({RISKS[events[0].risk][2].lower()} risk)"
    return f"{_title(digest, catalog)}: {', '.join(f'{count:,} {risk.value}' for risk, count in risks(events))} risk"


def by_risk(digest: Digest) -> list[Entry]:
    """The digest's entries, the riskiest first, those of one risk in the order in which they happened."""
    ranks = {risk: rank for rank, risk in enumerate(Risk)}
    return sorted(digest.entries, key=lambda each: (ranks[each.event.risk], each.event.at))


def way_around(digest: Digest) -> Json:
    """A button that looks around the riskiest of the events."""
    return looking_around(reference(trace_of(by_risk(digest)[0].event)), alone=len(digest.entries) == 1)


def lead(digest: Digest) -> list[Json]:
    """What rich text begins with: the user group to call for, where there is one."""
    group = digest.subscription.terms.mention
    return [] if group is None else [usergroup(group), space(" ")]


def counted(events: Sequence[AuditEvent]) -> list[Json]:
    """How many events there are of each risk, in rich text."""
    words: list[Json] = []
    for risk, count in risks(events):
        name, character, word = RISKS[risk]
        words += [emoji(name, character), space(" "), text(f"{count:,} {word.lower()}", bold=True), space(DOT)]
    return words[:-1]


def _message(words: str, blocks: Sequence[Json]) -> Message:
    form = message(words, *blocks)
    return Message((form, unadorned(form)))


def _title(digest: Digest, catalog: ScopeCatalog) -> str:
    count = len(digest.entries)
    names = scenes_of(digest, catalog)
    return f"{count:,} new event{'' if count == 1 else 's'} in {names}"


def _top(digest: Digest, catalog: ScopeCatalog) -> Iterator[Json]:
    """What everybody reads: how many, how risky, when in the reader's own zone, and what could not be read."""
    yield header(_title(digest, catalog))
    zone = zone_or_utc(digest.subscription.terms.zone)
    period = [minute(digest.since, zone), space(" – "), minute(max(digest.since, digest.until), zone)]
    yield rich(section(*lead(digest), *counted(events_of(digest.entries)), space(DOT), *period))
    yield from warnings(digest, catalog)


def _stories(digest: Digest) -> list[Json]:
    """What several events tell together, one line each, as far as there is room."""
    told = [story for story in digest.stories if story.earlier is not None] or list(digest.stories)
    if not told:
        return []
    lines = [section(text(_spoken(each.event), 160), space(DOT), text(each.words, 160, bold=True)) for each in told]
    more = [section(text(f"and {len(told) - _NAMED:,} more, beside their events"))] if len(told) > _NAMED else []
    return [rich(section(text("Taken together", bold=True)), bullets(*lines[:_NAMED], *more))]


def _worst(digest: Digest) -> Json:
    """The riskiest events by name, as far as there is room."""
    zone = zone_or_utc(digest.subscription.terms.zone)
    (worst, count), *_ = risks(events_of(digest.entries))
    chosen = [each for each in by_risk(digest) if each.event.risk is worst][:_NAMED]
    lines = [named(each.event, zone, late=digest.is_late(each)) for each in chosen]
    title = f"{RISKS[worst][2]} risk" if count <= _NAMED else f"{RISKS[worst][2]} risk, the first {_NAMED} of {count:,}"
    return rich(section(text(title, bold=True)), bullets(*lines))


def _where(count: int) -> str:
    if count > IN_THREAD:
        return f"All {count:,} are in the file in this message's thread"
    return f"All {count:,} are in this message's thread"


def _spoken(event: AuditEvent) -> str:
    told = narrate(event)
    on = f" on {told.object}" if told.object and told.object not in told.deed else ""
    return f"{told.actor} {told.deed}{on}"
