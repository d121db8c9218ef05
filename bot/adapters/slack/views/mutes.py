"""Mute rules: what there are, and what became of one that somebody made or lifted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.adapters.slack.views.blocks import (
    Json,
    context,
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
from bot.adapters.slack.views.places import name_of
from bot.adapters.slack.views.times import minute
from bot.domain.mutes import Mute
from bot.domain.scopes import ScopeCatalog
from bot.domain.zones import zone_or_utc

_BELL: Final = ("no_bell", "\N{BELL WITH CANCELLATION STROKE}")
_COUNTED: Final = "Digests and alerts leave such events out and say how many; a search shows them as ever."


def made(mute: Mute, *, catalog: ScopeCatalog, zone: str) -> Json:
    """That a rule is at work, and how to lift it."""
    sentence = f"Rule {mute.id} mutes events"
    return message(
        f"{sentence}: {wanted(mute.terms.filters)}.",
        rich(
            section(emoji(*_BELL), space(), text(sentence, bold=True), space(": "), *_described(mute, catalog, zone)),
            section(text(_COUNTED), space(), text("To tell them again:")),
            preformatted(spelled(f"unmute {mute.id}")),
        ),
    )


def lifted(mute: Mute, *, catalog: ScopeCatalog, zone: str) -> Json:
    """That a rule is gone."""
    sentence = f"Rule {mute.id} is lifted"
    said = section(*done(sentence), space(": "), *_described(mute, catalog, zone))
    return message(f"{sentence}.", rich(said), context("What becomes known from now on is told again."))


def listing(mutes: Sequence[Mute], *, catalog: ScopeCatalog, zone: str) -> Json:
    """Each rule: its number, what it mutes, until when, why, and who made it."""
    if not mutes:
        example = 'mute actor=ci-deployer action=Create for=7d reason="rollout"'
        return nothing("Nothing is muted that you may see here.", "To mute something:", example)
    items = (
        rich(section(text(f"{mute.id}", bold=True), space(DOT), *_described(mute, catalog, zone))) for mute in mutes
    )
    return listing_of("mute rule", items, len(mutes), _COUNTED, f"To lift one: {spelled(f'unmute {mutes[0].id}')}")


def _described(mute: Mute, catalog: ScopeCatalog, zone: str) -> list[Json]:
    terms = mute.terms
    where = "every audit log" if terms.scope is None else name_of(terms.scope, catalog)
    words = [text(wanted(terms.filters), 300), space(" in "), text(where, 100), space("\n")]
    if terms.until is None:
        words.append(text("until somebody lifts it"))
    else:
        words += [text("until"), space(), minute(terms.until, zone_or_utc(zone), far=True)]
    return [*words, space(DOT), text("by"), space(), person(mute.by), space(DOT), text(terms.reason, 200)]
