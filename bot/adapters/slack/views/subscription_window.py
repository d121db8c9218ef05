"""The window with the terms of a subscription: a new one, or one that is changed.

All that a submission needs stands in the window, so that a restart changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.views import filled
from bot.adapters.slack.views.blocks import Json, context
from bot.adapters.slack.views.inputs import OPTIONS, Option, entry, form, many, menu, radio, typing
from bot.adapters.slack.views.places import name_of
from bot.adapters.slack.views.summaries import CATEGORIES
from bot.domain.access import ChannelId
from bot.domain.durations import BadTime
from bot.domain.errors import UserError
from bot.domain.events import Category, Risk
from bot.domain.query import Filters
from bot.domain.schedules import Schedule, parse_schedule, write_schedule
from bot.domain.scopes import Region, Scope, ScopeCatalog, ScopeKind
from bot.domain.subscriptions import DIGEST_SCHEDULE, Mode, Subscription, SubscriptionId, Terms, usual_filters
from bot.domain.typed import tidy

SCOPES: Final = "scopes"
CHANNEL: Final = "channel"
MODE: Final = "mode"
WHEN: Final = "when"
_CATEGORIES: Final = "categories"
_RISKS: Final = "risks"
_TEXTS: Final = ("actor", "action", "resource", "text")
_NOTE: Final = "note"
_NOTES: Final = {"off": None, "daily": timedelta(days=1), "weekly": timedelta(weeks=1), "monthly": timedelta(days=30)}
_LENGTHS: Final = {"daily": "day", "weekly": "week", "monthly": "month"}
_KEPT: Final = "kept"
"""The choice of what stands, where it is none of the others."""
_VERSION: Final = 1
_METADATA: Final = 2900
_OTHER_VERSION: Final = "This window is from another version of the bot: please open it again."
_MODES: Final = (
    Option(Mode.DIGEST.value, "Digest", "All that is new, at the times below"),
    Option(Mode.ALERT.value, "Alert", "Each event as soon as it is known"),
)


@dataclass(frozen=True, slots=True)
class Errand:
    """What the window is for: a new subscription, or other terms for one as it was at a version."""

    channel: ChannelId
    """Where it was asked for."""
    number: SubscriptionId | None = None
    version: int = 0


class Mistakes(UserError):
    """What is wrong with what was filled in: a sentence for each field, never none."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__(" ".join(by_field.values()))
        self.by_field = by_field


def window(
    subscription: Subscription | None, scopes: Sequence[Scope], *, catalog: ScopeCatalog, channel: ChannelId
) -> Json:
    """The window, filled in with a subscription's terms, or with what is usual for a new one.

    Args:
        subscription: the one to change; None for a new one.
        scopes: to what the person may subscribe, at least one.
        catalog: what people call the logs.
        channel: where it is asked for.
    """
    terms = None if subscription is None else subscription.terms
    offered = list(dict.fromkeys([*(terms.scopes if terms else ()), *scopes]))[:OPTIONS]
    options = [Option(str(n), name_of(scope, catalog), str(scope)) for n, scope in enumerate(offered)]
    chosen = [str(n) for n, scope in enumerate(offered) if scope in (terms.scopes if terms else offered[:1])]
    filters = terms.filters if terms else usual_filters(Mode.DIGEST)
    schedule = terms.schedule if terms else DIGEST_SCHEDULE
    target: Json = {"initial_conversation": terms.channel} if terms and terms.channel.startswith(("C", "G")) else {}
    metadata = {
        "v": _VERSION,
        "channel": channel,
        "id": subscription and subscription.id,
        "version": subscription.version if subscription else 0,
        "scopes": [[scope.kind.value, scope.id, scope.region.value] for scope in offered],
    }
    # Hundreds of logs have no room in what a window carries: the first that have.
    while len(json.dumps(metadata)) > _METADATA:
        offered, options = offered[:-1], options[:-1]
        metadata["scopes"] = [[scope.kind.value, scope.id, scope.region.value] for scope in offered]
    blocks = [
        entry(SCOPES, "Whose log", many(options, chosen, "Choose logs"), optional=False),
        entry(CHANNEL, "Channel", _channels(target), hint="The bot has to be in it.", optional=False),
        entry(MODE, "As", radio(_MODES, (terms.mode if terms else Mode.DIGEST).value), optional=False),
        entry(
            WHEN,
            "When",
            typing(write_schedule(schedule) if schedule else "", example="15m"),
            hint="15m, 09:00, mon-fri 09:00 Europe/Berlin, or cron: 0 9 * * 1-5. An alert needs none.",
        ),
        entry(
            _CATEGORIES,
            "Only these categories",
            many(
                [Option(each.value, CATEGORIES[each]) for each in Category],
                [each.value for each in filters.categories],
                "All categories",
            ),
        ),
        entry(
            _RISKS,
            "Only these risks",
            many(
                [Option(each.value, each.value.capitalize()) for each in Risk],
                [each.value for each in filters.risks],
                "All risks",
            ),
        ),
        *(
            entry(
                name,
                f"Only with these words in the {name}" if name != "text" else "Only with these words anywhere",
                typing(getattr(filters, name)),
            )
            for name in _TEXTS
        ),
        entry(_NOTE, "Say that nothing happened", menu(*_notes(terms))),
    ]
    if terms is not None and terms.mention is not None:
        blocks.append(context(f"It calls for user group {terms.mention}, and goes on to: only commands change that."))
    title = "New subscription" if subscription is None else f"Subscription {subscription.id}"
    submit = "Subscribe" if subscription is None else "Save"
    return form(title, *blocks, callback=ids.SUBSCRIPTION_WINDOW, submit=submit, metadata=json.dumps(metadata))


def errand(metadata: str) -> Errand:
    """What a window is for.

    Raises:
        UserError: the window is of another version of the bot.
    """
    try:
        held = json.loads(metadata)
        number = held["id"]
        asked = Errand(
            ChannelId(str(held["channel"])),
            None if number is None else SubscriptionId(int(number)),
            int(held["version"]),
        )
        known = held["v"] == _VERSION
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(_OTHER_VERSION) from error
    if not known:
        raise UserError(_OTHER_VERSION)
    return asked


def read(metadata: str, values: Mapping[str, object], old: Terms | None, zone: str) -> Terms:
    """The terms that were filled in.

    Args:
        metadata: what the window carries.
        values: what stands in its fields, as Slack sends it.
        old: the terms that it changes; None for a new subscription.
        zone: the IANA zone that is meant where a schedule names none.

    Raises:
        Mistakes: they make no sense; all that is wrong.
        UserError: the window is of another version of the bot.
    """
    errand(metadata)
    wrong: dict[str, str] = {}
    scopes = _scopes(metadata, filled.many(values, SCOPES))
    if not scopes:
        wrong[SCOPES] = "Choose at least one log."
    mode = Mode.ALERT if filled.one(values, MODE) == Mode.ALERT.value else Mode.DIGEST
    schedule = _schedule(tidy(filled.typed(values, WHEN)), mode, zone, wrong)
    channel = filled.conversation(values, CHANNEL)
    if not channel:
        wrong[CHANNEL] = "Choose a channel."
    if wrong:
        raise Mistakes(wrong)
    note = filled.one(values, _NOTE)
    return Terms(
        scopes=scopes,
        channel=ChannelId(channel),
        mode=mode,
        filters=Filters(
            **{name: tidy(filled.typed(values, name)) for name in _TEXTS},
            categories=frozenset(each for each in Category if each.value in filled.many(values, _CATEGORIES)),
            risks=frozenset(each for each in Risk if each.value in filled.many(values, _RISKS)),
        ),
        zone=old.zone if old else zone,
        schedule=schedule,
        mention=old.mention if old else None,
        reassure_after=old.reassure_after if old and note == _KEPT else _NOTES.get(note),
    )


def _schedule(typed: str, mode: Mode, zone: str, wrong: dict[str, str]) -> Schedule | None:
    if mode is Mode.ALERT:
        return None
    if not typed:
        wrong[WHEN] = "A digest comes at times: write 15m or 09:00, say."
        return None
    try:
        return parse_schedule(typed, zone)
    except BadTime as error:
        wrong[WHEN] = f"{error} You may mean: {error.suggestion}"
        return None


def _notes(terms: Terms | None) -> tuple[list[Option], str]:
    """What can be chosen, and what is."""
    options = [Option("off", "Never"), *(Option(word, f"After each {_LENGTHS[word]} of quiet") for word in _LENGTHS)]
    now = terms.reassure_after if terms else None
    chosen = next((word for word, length in _NOTES.items() if length == now), _KEPT)
    return ([*options, Option(_KEPT, "As it is now")] if chosen == _KEPT else options), chosen


def _channels(target: Json) -> Json:
    kinds = {"include": ["public", "private"], "exclude_bot_users": True, "exclude_external_shared_channels": False}
    return {"type": "conversations_select", "filter": kinds, **target}


def _scopes(metadata: str, chosen: Sequence[str]) -> tuple[Scope, ...]:
    try:
        named = json.loads(metadata)["scopes"]
        offered = [Scope(ScopeKind(kind), name, Region(region)) for kind, name, region in named]
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(_OTHER_VERSION) from error
    return tuple(scope for number, scope in enumerate(offered) if str(number) in chosen)
