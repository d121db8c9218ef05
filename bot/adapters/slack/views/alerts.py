"""Alerts: events as soon as they are known, each with the colour of its risk, short and calm."""

from __future__ import annotations

from itertools import chain
from typing import Final

from bot.adapters.slack.views.blocks import coloured, context, message, rich, section, text
from bot.adapters.slack.views.details import IN_THREAD, details, told
from bot.adapters.slack.views.digests import by_risk, headline, lead, way_around
from bot.adapters.slack.views.entries import RISKS, named
from bot.adapters.slack.views.forms import unadorned
from bot.adapters.slack.views.places import scenes_of
from bot.adapters.slack.views.reach import small_print, warnings
from bot.adapters.slack.views.summaries import risks
from bot.domain.deliveries import Content, Message
from bot.domain.digests import Digest, events_of
from bot.domain.events import Risk
from bot.domain.scopes import ScopeCatalog
from bot.domain.zones import zone_or_utc

SHOWN: Final = 8
COLOURS: Final = {Risk.HIGH: "#D92D20", Risk.MEDIUM: "#F79009", Risk.LOW: "#98A2B3"}


def alert_parts(digest: Digest, catalog: ScopeCatalog) -> tuple[Content, ...]:
    """The message, and in its thread what the message has no room for."""
    entries, count = by_risk(digest), len(digest.entries)
    shown, rest = entries[:SHOWN], entries[SHOWN:]
    if count > IN_THREAD:
        # All of them are in the file: here the riskiest are only named.
        zone = zone_or_utc(digest.subscription.terms.zone)
        pieces = [[rich(named(each.event, zone, late=digest.is_late(each)))] for each in shown]
        rest = entries
    else:
        pieces = told(shown, digest, catalog)
    top = [
        rich(section(*lead(digest), text(_title(digest, catalog), bold=True))),
        *warnings(digest, catalog),
        context(*small_print(digest, catalog), *([_where(len(rest), count)] if rest else [])),
    ]
    words = headline(digest, catalog)
    top.append(way_around(digest))
    plainer = message(words, *top, *chain.from_iterable(pieces))
    colours = [COLOURS[each.event.risk] for each in shown]
    richest = message(words, *top) | coloured(*zip(colours, pieces, strict=True))
    parts: list[Content] = [Message((richest, plainer, unadorned(plainer)))]
    return (*parts, *details(digest, rest, catalog)) if rest else tuple(parts)


def _title(digest: Digest, catalog: ScopeCatalog) -> str:
    count, (highest, *others) = len(digest.entries), risks(events_of(digest.entries))
    risk = "" if others else f"{RISKS[highest[0]][2].lower()}-risk "
    names = scenes_of(digest, catalog)
    return f"{count:,} {risk}event{'' if count == 1 else 's'} in {names}"


def _where(rest: int, count: int) -> str:
    if rest == count:
        return f"All {count:,} are in the file in this message's thread"
    return f"The other {rest:,} are in this message's thread"
