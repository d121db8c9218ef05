"""How the bot is doing: what cannot be read, what waits and what has stopped, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.slack.views.blocks import (
    Json,
    bullets,
    channel,
    context,
    emoji,
    header,
    message,
    person,
    rich,
    section,
    space,
    text,
    warning,
)
from bot.adapters.slack.views.entries import DOT
from bot.adapters.slack.views.notices import spelled
from bot.adapters.slack.views.places import name_of
from bot.adapters.slack.views.subscriptions import named
from bot.adapters.slack.views.times import lasting, minute
from bot.domain.deliveries import Backlog
from bot.domain.digests import ScopeHealth
from bot.domain.scopes import ScopeCatalog
from bot.domain.status import Status
from bot.domain.subscriptions import Standing
from bot.domain.uses import Use
from bot.domain.zones import zone_or_utc

_SOURCES: Final = 12
_OTHERS: Final = 8
USES: Final = 8
"""How many uses are shown."""
_WELL: Final = ("large_green_circle", "\N{LARGE GREEN CIRCLE}")
_ILL: Final = ("red_circle", "\N{LARGE RED CIRCLE}")


def view(status: Status, *, catalog: ScopeCatalog, zone: str, uses: Sequence[Use] | None = None) -> Json:
    """The bot's state, in the reader's zone; with ``uses``, also who used it for what, the latest first."""
    home, title = zone_or_utc(zone), _title(status)
    blocks = [header(title)]
    if status.locked:
        blocks.append(warning(f"Nothing can be posted: {status.locked}", "Reading goes on, and nothing is dropped."))
    blocks += [_sources(status, catalog, home), *_waiting(status.backlog, home), *_stopped(status, catalog)]
    standings = Counter(each.standing for each in status.subscriptions)
    count = ", ".join(
        f"{standings[standing]:,} {word}"
        for standing, word in (
            (Standing.ACTIVE, "at work"),
            (Standing.PAUSED, "paused"),
            (Standing.STOPPED, "stopped"),
        )
        if standings[standing] or standing is Standing.ACTIVE
    )
    if uses is not None:
        blocks.append(_used(uses, home))
    return message(title, *blocks, context(f"Subscriptions: {count}"))


def _title(status: Status) -> str:
    ill = sum(map(_is_ill, status.sources))
    if status.locked:
        return "Slack does not take the bot's token"
    if ill:
        return f"{ill:,} of {len(status.sources):,} logs cannot be read"
    if any(each.standing is Standing.STOPPED for each in status.subscriptions):
        return "Something has stopped"
    if any(each.failed for each in status.backlog):
        return "Slack refuses a message"
    return "All is well" if status.sources else "No log is watched"


def _is_ill(health: ScopeHealth) -> bool:
    return health.failures > 0


def _sources(status: Status, catalog: ScopeCatalog, zone: ZoneInfo) -> Json:
    """Each source, those first that cannot be read, then those that are furthest behind."""
    if not status.sources:
        return rich(section(text("Nothing that you may see here is watched: a subscription begins that.")))
    earliest = datetime.min.replace(tzinfo=status.at.tzinfo)
    ordered = sorted(status.sources, key=lambda health: (-health.failures, health.last_read or earliest))
    lines = [_source(health, status.at, catalog, zone) for health in ordered[:_SOURCES]]
    lines += _more(ordered[_SOURCES:])
    return rich(section(text("Logs", bold=True)), bullets(*lines))


def _source(health: ScopeHealth, at: datetime, catalog: ScopeCatalog, zone: ZoneInfo) -> Json:
    lag = health.lag(at)
    line = [emoji(*(_ILL if _is_ill(health) else _WELL)), space(" "), text(name_of(health.scope, catalog), bold=True)]
    if health.last_read is None or lag is None:
        line += [space(DOT), text("not read yet")]
    else:
        line += [space(DOT), text("read"), space(), minute(health.last_read, zone), text(f"({lasting(lag)} ago)")]
        line.insert(-1, space())
    if health.failures:
        tries = "the last try failed" if health.failures == 1 else f"the last {health.failures:,} tries failed"
        line += [space(DOT), text(f"{tries}: {health.reason}" if health.reason else tries, 250)]
    return section(*line)


def _more(rest: Sequence[ScopeHealth]) -> list[Json]:
    if not rest:
        return []
    ill = sum(map(_is_ill, rest))
    return [section(text(f"and {len(rest):,} more, {f'{ill:,} of which cannot be read' if ill else 'all well'}"))]


def _waiting(backlog: Sequence[Backlog], zone: ZoneInfo) -> list[Json]:
    """What waits to be posted, by channel: where Slack refuses something first, then what waits longest."""
    if not backlog:
        return []
    ordered = sorted(backlog, key=lambda each: (-each.failed, -each.uncertain, each.oldest))
    lines = []
    for each in ordered[:_OTHERS]:
        counts = [f"{each.parts:,} waiting"]
        if each.failed:
            counts.append(f"{each.failed:,} refused by Slack")
        if each.uncertain:
            counts.append(f"{each.uncertain:,} being looked up")
        since = [text(f"{', '.join(counts)}, since"), space(), minute(each.oldest, zone)]
        lines.append(section(channel(each.channel), space(DOT), *since))
    if more := len(ordered) - len(lines):
        lines.append(section(text(f"and {more:,} more channels")))
    return [rich(section(text("To be posted", bold=True)), bullets(*lines))]


def _stopped(status: Status, catalog: ScopeCatalog) -> list[Json]:
    stopped = [each for each in status.subscriptions if each.standing is Standing.STOPPED]
    if not stopped:
        return []
    lines = [
        section(
            *named(each, catalog), space(DOT), text(each.reason, 200), space(DOT), text(f"resume {each.id}", code=True)
        )
        for each in stopped[:_OTHERS]
    ]
    if more := len(stopped) - len(lines):
        lines.append(section(text(f"and {more:,} more")))
    return [rich(section(text("Stopped", bold=True)), bullets(*lines))]


def _used(uses: Sequence[Use], zone: ZoneInfo) -> Json:
    """Who used the bot for what, when, and how many events they were shown."""
    lines = [_use(use, zone) for use in uses[:USES]] or [section(text("nobody yet"))]
    return rich(section(text("Last used by", bold=True)), bullets(*lines))


def _use(use: Use, zone: ZoneInfo) -> Json:
    line = [person(use.user), space(DOT), text(f"{use.verb}, by {use.surface.value}", 80)]
    if use.scope:
        line += [space(DOT), text(use.scope, 80)]
    if use.channel:
        line += [space(DOT), channel(use.channel)]
    shown = f"{use.shown:,} event{'' if use.shown == 1 else 's'}"
    outcome = shown if use.outcome == "answered" else f"{use.outcome}, {shown}"
    return section(*line, space(DOT), text(outcome, 80), space(DOT), minute(use.at, zone))


def _command(words: str) -> Json:
    return text(spelled(words), code=True)
