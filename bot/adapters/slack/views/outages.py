"""Words about the bot's own work: logs that cannot be read or can again, quiet times, stopped subscriptions."""

from __future__ import annotations

from datetime import datetime

from bot.adapters.slack.views.blocks import (
    Json,
    channel,
    context,
    date,
    emoji,
    message,
    preformatted,
    rich,
    section,
    space,
    text,
)
from bot.adapters.slack.views.notices import spelled
from bot.adapters.slack.views.places import name_of, names_of
from bot.adapters.slack.views.reach import cannot_read, failing, lost, small_print, tried, warnings
from bot.adapters.slack.views.times import lasting
from bot.domain.digests import Digest, ScopeHealth
from bot.domain.scopes import ScopeCatalog
from bot.domain.subscriptions import Subscription

_ZONE = "UTC"
"""Of times that have no reader of a known zone; Slack shows each reader their own."""
_CHECK = ("white_check_mark", "\N{WHITE HEAVY CHECK MARK}")
_WARNING = ("warning", "\N{WARNING SIGN}")
_STOP = ("octagonal_sign", "\N{OCTAGONAL SIGN}")


def down(health: ScopeHealth, catalog: ScopeCatalog) -> Json:
    """That a log cannot be read: since when, why, and how often it was tried."""
    name, why = name_of(health.scope, catalog), health.reason.rstrip(".")
    begun = [text("has never been read")]
    if health.last_read is not None:
        begun = [text("cannot be read since"), space(), _moment(health.last_read)]
    words = [
        emoji(*_WARNING),
        space(),
        text(f"The audit log of {name}", bold=True),
        space(),
        *begun,
        space(", "),
        text(f"{tried(health)}{f': {why}' if why else ''}.", 400),
        space(),
        text("The bot goes on trying, and tells what it missed."),
    ]
    return message(f"{cannot_read(health, catalog, _ZONE)} The bot goes on trying.", rich(section(*words)))


def recovered(health: ScopeHealth, catalog: ScopeCatalog) -> Json:
    """That a log can be read again, and the gap that was closed."""
    name = name_of(health.scope, catalog)
    begin = health.gap_since or health.watched_since
    words = [
        emoji(*_CHECK),
        space(),
        text(f"The audit log of {name}", bold=True),
        space(),
        text("can be read again: the gap since"),
        space(),
        _moment(begin),
    ]
    told = f"The audit log of {name} can be read again: the gap is closed"
    if health.last_read is not None and health.last_read > begin:
        length = lasting(health.last_read - begin)
        words += [space(" until "), _moment(health.last_read), space(), text(f"({length})")]
        told = f"The audit log of {name} can be read again: the gap of {length} is closed"
    words += [space(), text("is closed, and nothing of it is missing.")]
    return message(f"{told}.", rich(section(*words)))


def quiet(digest: Digest, catalog: ScopeCatalog) -> Json:
    """That nothing happened, and that the sources are healthy; where they are not, or much was lost, that instead."""
    names = names_of(digest.subscription.terms.scopes, catalog)
    small = context(*small_print(digest, catalog))
    if failing(digest):
        sentence = f"Nothing new is known of {names}, but not all of it can be read."
        return message(sentence, rich(section(text(sentence))), *warnings(digest, catalog), small)
    if digest.forgotten:
        sentence = f"Nothing else is to be told of {names}."
        told = f"{lost(digest.forgotten)} {sentence}"
        return message(told, *warnings(digest, catalog), rich(section(text(sentence))), small)
    healthy = "the source is healthy" if len(digest.sources) == 1 else "the sources are healthy"
    said = "Nothing happened" if not digest.looked_at else "Nothing that this digest is about happened"
    all_of_it = f"{said} in {names}{', but for what is muted' if digest.muted else ''}"
    words = [emoji(*_CHECK), space(), text(all_of_it, bold=True), text(f", and {healthy}.")]
    return message(f"{all_of_it}, and {healthy}.", rich(section(*words)), small)


def stopped(subscription: Subscription, catalog: ScopeCatalog) -> Json:
    """To its owner: which subscription stopped, why, what waits, and how to go on."""
    terms = subscription.terms
    name = f"The {terms.mode.value} {subscription.id} of {names_of(terms.scopes, catalog)}"
    words = [
        emoji(*_STOP),
        space(),
        text(name, bold=True),
        space(" to "),
        channel(terms.channel),
        space(),
        text("has stopped.", bold=True),
        space("\n"),
        text(subscription.reason or "Slack does not take what it posts."),
        space("\n"),
        text("What it has to tell waits, and nothing of it is dropped. When this is mended, go on with:"),
    ]
    return message(
        f"{name} has stopped. {subscription.reason}",
        rich(section(*words), preformatted(spelled(f"resume {subscription.id}"))),
    )


def _moment(moment: datetime) -> Json:
    return date(moment, "{date_short_pretty} {time}", f"{moment.day} {moment:%b %Y %H:%M} UTC")
