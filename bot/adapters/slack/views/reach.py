"""How far a digest reaches: its window, how many of how many, how current each source is, and what is missing."""

from __future__ import annotations

from typing import Final

from bot.adapters.slack.text import shown
from bot.adapters.slack.views.blocks import Json, warning
from bot.adapters.slack.views.entries import DOT
from bot.adapters.slack.views.filters import wanted
from bot.adapters.slack.views.places import name_of
from bot.adapters.slack.views.times import lasting, since
from bot.domain.digests import Digest, ScopeHealth
from bot.domain.moments import describe_window
from bot.domain.query import Window
from bot.domain.scopes import ScopeCatalog
from bot.domain.subscriptions import Mode
from bot.domain.wording import listed

_NAMED: Final = 4
"""Sources that are told of one by one, and rules."""
_PROMISE: Final = "What happened there meanwhile is told as soon as it can be read."
_FILTERS_LIMIT: Final = 250


def failing(digest: Digest) -> list[ScopeHealth]:
    """The sources that could not be read to the digest's end."""
    return [source.health for source in digest.sources if source.health.failures or source.health.last_read is None]


def cannot_read(health: ScopeHealth, catalog: ScopeCatalog, zone: str) -> str:
    """That a source cannot be read, since when, why and how often it was tried, as a sentence."""
    name = name_of(health.scope, catalog)
    why = f": {health.reason.rstrip('.')}" if health.reason else ""
    tries = f", {tried(health)}" if health.failures else ""
    if health.last_read is None:
        return f"The log of {name} has never been read{tries}{why}."
    return f"The log of {name} cannot be read {since(health.last_read, zone)}{tries}{why}."


def tried(health: ScopeHealth) -> str:
    """How often it was tried since it could be read, as in ``tried 3 times``."""
    return "tried once" if health.failures == 1 else f"tried {health.failures:,} times"


def warnings(digest: Digest, catalog: ScopeCatalog) -> list[Json]:
    """What must not be overlooked: what was forgotten, and sources that could not be read, with since when and why."""
    unread = failing(digest)
    sentences = [cannot_read(health, catalog, digest.subscription.terms.zone) for health in unread[:_NAMED]]
    if more := unread[_NAMED:]:
        sentences.append("Another log cannot be read either." if len(more) == 1 else f"{len(more):,} others neither.")
    promises = [""] * (len(sentences) - 1) + [_PROMISE]
    forgotten = [warning(lost(digest.forgotten))] if digest.forgotten else []
    return forgotten + [warning(*pair) for pair in zip(sentences, promises, strict=False)]


def lost(forgotten: int) -> str:
    """That events are not kept any more, as a sentence."""
    were = "event was" if forgotten == 1 else "events were"
    return f"{forgotten:,} {were} forgotten while this was paused: the log in Mondoo may still hold them."


def window(digest: Digest) -> str:
    """The window as it was understood, in the subscription's zone."""
    known = Window(digest.since, digest.until) if digest.since < digest.until else Window(digest.since)
    words = describe_window(known, digest.subscription.terms.zone)
    return words[:1].upper() + words[1:]


def small_print(digest: Digest, catalog: ScopeCatalog) -> list[str]:
    """The coverage lines: the window and how many of how many, what was muted, lag, late ones, what follows."""
    lines = [window(digest), _count(digest)]
    if digest.muted:
        lines.append(_muted(digest))
    if lag := _lag(digest, catalog):
        lines.append(lag)
    if digest.late:
        lines.append(_late(digest))
    if digest.more:
        lines.append("More is waiting: the next digest follows at once.")
    return lines


def _count(digest: Digest) -> str:
    count, of = len(digest.entries), digest.looked_at
    one = "entry" if of == 1 else "entries"
    filters = digest.subscription.terms.filters
    loud = f"{' and' if filters else ''} {'is' if count == 1 else 'are'} not muted" if digest.muted else ""
    if not filters:
        return f"{count:,} of {of:,} new {one}{loud}"
    matching = f"{count:,} of {of:,} new {one} match{'es' if count == 1 else ''}{loud}"
    return f"{matching}: {shown(wanted(filters), _FILTERS_LIMIT)}"


def _muted(digest: Digest) -> str:
    """How many were left out, and by which rules; of many rules, those that left out the most."""
    ordered = sorted(digest.muted, key=lambda mute: (-digest.muted[mute], mute))
    named = [str(mute) for mute in sorted(ordered[:_NAMED])]
    if more := len(ordered) - len(named):
        named.append(f"{more:,} more")
    rules = f"rule{'' if len(ordered) == 1 else 's'} {listed(named)}"
    return f"{sum(digest.muted.values()):,} muted by {rules}: “mutes” lists what is muted"


def _lag(digest: Digest, catalog: ScopeCatalog) -> str:
    """How far behind each source was that could be read; of many, the furthest behind."""
    lags = [
        (lag, source.health)
        for source in digest.sources
        if not source.health.failures and (lag := source.health.lag(digest.created)) is not None
    ]
    lags.sort(key=lambda pair: -pair[0])
    named = [f"{name_of(health.scope, catalog)} {lasting(lag)}" for lag, health in lags[:_NAMED]]
    if more := lags[_NAMED:]:
        named.append(f"{len(more):,} more at most {lasting(more[0][0])}")
    return f"Lag: {DOT.join(named)}" if named else ""


def _late(digest: Digest) -> str:
    one = digest.late == 1
    came = "1 came late and is marked" if one else f"{digest.late:,} came late and are marked"
    if digest.subscription.terms.mode is Mode.ALERT:
        return f"{came}: the log showed {'it' if one else 'them'} long after {'it' if one else 'they'} happened"
    return f"{came}: {'it' if one else 'they'} happened before this window"
