"""Subscriptions: what there are, and what became of one that somebody changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never

from bot.adapters.slack.views.blocks import (
    Json,
    channel,
    emoji,
    message,
    person,
    preformatted,
    rich,
    section,
    space,
    text,
)
from bot.adapters.slack.views.entries import DOT
from bot.adapters.slack.views.filters import wanted
from bot.adapters.slack.views.listings import done, nothing
from bot.adapters.slack.views.listings import listing as listing_of
from bot.adapters.slack.views.notices import spelled
from bot.adapters.slack.views.places import names_of
from bot.adapters.slack.views.times import minute
from bot.domain.durations import describe_duration
from bot.domain.schedules import describe
from bot.domain.scopes import ScopeCatalog
from bot.domain.subscriptions import Origin, Standing, Subscription
from bot.domain.zones import zone_or_utc

_STANDINGS: Final = {
    Standing.ACTIVE: ("large_green_circle", "\N{LARGE GREEN CIRCLE}", "At work"),
    Standing.PAUSED: ("double_vertical_bar", "\N{DOUBLE VERTICAL BAR}", "Paused"),
    Standing.STOPPED: ("octagonal_sign", "\N{OCTAGONAL SIGN}", "Stopped"),
}


def listing(subscriptions: Sequence[Subscription], *, catalog: ScopeCatalog, zone: str, now: datetime) -> Json:
    """Each subscription: its number, what goes where and when, how it stands, and who may change it where."""
    if not subscriptions:
        return nothing("Nothing is subscribed to that you may see here.", "To begin:", "subscribe org=ID every=15m")
    items = (item(subscription, catalog, zone, now) for subscription in subscriptions)
    return listing_of("subscription", items, len(subscriptions), f"To change one: {_commands(subscriptions)}")


def _commands(subscriptions: Sequence[Subscription]) -> str:
    """What can be done, to be copied: none ends what the settings ask for, which is changed there."""
    first = subscriptions[0].id
    own = next((each.id for each in subscriptions if each.origin is Origin.SLACK), None)
    end = "the rest in the settings" if own is None else spelled(f"unsubscribe {own}")
    return DOT.join([spelled(f"pause {first}"), spelled(f"resume {first}"), end])


def subscribed(subscription: Subscription, *, catalog: ScopeCatalog, now: datetime) -> Json:
    """That it is made, what it does, and how to end it."""
    terms = subscription.terms
    sentence = f"Subscription {subscription.id} is made: {_what(subscription, catalog)}"
    words = [*done(sentence), space(" to "), channel(terms.channel), space("\n")]
    words += _when(subscription, terms.zone, now)
    return message(
        sentence,
        rich(section(*words), section(text("It tells what happens from now on. To pause or end it:"))),
        rich(preformatted(spelled(f"pause {subscription.id}"), spelled(f"unsubscribe {subscription.id}"))),
    )


def changed(subscription: Subscription, what: str, *, catalog: ScopeCatalog, command: str = "") -> Json:
    """What became of it: "is paused". ``command`` is what to do next, to be copied."""
    sentence = f"Subscription {subscription.id} {what}"
    words = text(_what(subscription, catalog))
    paragraphs = [section(*done(sentence), space(": "), words, space(" to "), channel(subscription.terms.channel))]
    if command:
        paragraphs.append(preformatted(spelled(command)))
    return message(f"{sentence}.", rich(*paragraphs))


def named(subscription: Subscription, catalog: ScopeCatalog) -> list[Json]:
    """A subscription on one line of rich text: its number, what it is, and where it goes."""
    return [
        text(f"{subscription.id}", bold=True),
        space(DOT),
        text(_what(subscription, catalog)),
        space(" to "),
        channel(subscription.terms.channel),
    ]


def _what(subscription: Subscription, catalog: ScopeCatalog) -> str:
    terms = subscription.terms
    return f"{terms.mode.value} of {names_of(terms.scopes, catalog)}"


def item(subscription: Subscription, catalog: ScopeCatalog, zone: str, now: datetime) -> Json:
    """A subscription whole: what goes where and when, how it stands and why, and where it is changed."""
    terms = subscription.terms
    name, character, word = _STANDINGS[subscription.standing]
    line = [emoji(name, character), space(" "), *named(subscription, catalog), space("\n")]
    if subscription.standing is not Standing.ACTIVE:
        reason = subscription.reason or f"{word}."
        line += [text(reason if reason.startswith(word) else f"{word}: {reason}", 250, bold=True), space("\n")]
    line += _when(subscription, zone, now)
    facts = [
        f"only {wanted(terms.filters)}" if terms.filters else "",
        f"calls for user group {terms.mention}" if terms.mention else "",
        f"a note after every {describe_duration(terms.reassure_after)} of quiet" if terms.reassure_after else "",
        _origin(subscription.origin),
    ]
    for fact in filter(None, facts):
        line += [space(DOT), text(fact, 200)]
    if subscription.owner is not None:
        line += [space(DOT), text("by"), space(), person(subscription.owner)]
    return rich(section(*line))


def _when(subscription: Subscription, zone: str, now: datetime) -> list[Json]:
    """Its schedule, and the next slot in the reader's own zone."""
    schedule = subscription.terms.schedule
    if schedule is None:
        return [text("as soon as it is known")]
    words = [text(describe(schedule), 200)]
    following = schedule.following(now)
    if subscription.standing is Standing.ACTIVE and following is not None:
        words += [space(DOT), text("next"), space(), minute(following, zone_or_utc(zone))]
    return words


def _origin(origin: Origin) -> str:
    match origin:
        case Origin.ENVIRONMENT:
            return "from the settings: changed in DIGEST_CHANNEL and its like"
        case Origin.FILE:
            return "from the settings: changed in the file that CONFIG_FILE names"
        case Origin.SLACK:
            return ""
        case _:
            assert_never(origin)
