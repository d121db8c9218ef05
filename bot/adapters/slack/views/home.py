"""The App Home: somebody's logs, what was risky there, what is subscribed to, and how to ask.

Source: https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import (
    Json,
    actions,
    bullets,
    button,
    confirmed,
    context,
    date,
    emoji,
    header,
    preformatted,
    rich,
    section,
    space,
    text,
    warning,
)
from bot.adapters.slack.views.entries import DOT, listed
from bot.adapters.slack.views.notices import spelled
from bot.adapters.slack.views.places import name_of
from bot.adapters.slack.views.references import references
from bot.adapters.slack.views.subscriptions import item
from bot.adapters.slack.views.times import lasting, local, minute
from bot.domain.access import ChannelId
from bot.domain.addresses import AddressBook
from bot.domain.arguments import Arguments, Key
from bot.domain.digests import ScopeHealth
from bot.domain.overviews import RECENT, Overview
from bot.domain.scopes import Scope, ScopeCatalog
from bot.domain.subscriptions import Origin, Standing, Subscription
from bot.domain.zones import zone_or_utc

_LOGS: Final = 20
_SUBSCRIPTIONS: Final = 20
_COMMANDS: Final = 4
_WELL: Final = ("large_green_circle", "\N{LARGE GREEN CIRCLE}")
_ILL: Final = ("red_circle", "\N{LARGE RED CIRCLE}")
_NEW: Final = ("radio_button", "\N{RADIO BUTTON}")
_WAVE: Final = ("wave", "\N{WAVING HAND SIGN}")


def view(
    overview: Overview, *, catalog: ScopeCatalog, zone: str, channel: ChannelId, notice: tuple[str, str] = ("", "")
) -> Json:
    """The App Home of somebody who may see something.

    Args:
        overview: what is known.
        catalog: what people call the logs, and whether others can be named.
        zone: the reader's IANA time zone.
        channel: their direct messages: where what is clicked here is answered, and what the policy is asked about.
        notice: what became of the last thing they did here, and what to do about it, if there is anything to tell.
    """
    home = zone_or_utc(zone)
    buttons = [button(ids.SEARCH, "Search", "-")]
    if overview.subscribable:
        buttons.append(button(ids.HOME_SUBSCRIBE, "New subscription", "-"))
    buttons.append(button(ids.HOME_AGAIN, "Refresh", "-"))
    return _home(
        channel,
        header("Mondoo audit log"),
        *([warning(*notice)] if notice[0] else []),
        actions(*buttons),
        *_logs(overview, catalog, home),
        *_risky(overview, catalog, home),
        *_subscriptions(overview, catalog, zone),
        *_help(overview, catalog),
        context(*_as_of(overview, home)),
    )


def closed(reason: str, advice: str, channel: ChannelId) -> Json:
    """The App Home of somebody who may see nothing: whom to ask, and not a word about what there is."""
    words = [emoji(*_WAVE), space(), text("This bot answers for Mondoo’s audit log.", bold=True), space("\n")]
    return _home(channel, rich(section(*words, text(reason), space(), text(advice))))


def failing(sentence: str, advice: str, channel: ChannelId) -> Json:
    """The App Home of which nothing can be told just now."""
    again = actions(button(ids.HOME_AGAIN, "Try again", "-"))
    return _home(channel, header("Mondoo audit log"), warning(sentence, advice), again)


def _home(channel: ChannelId, *blocks: Json) -> Json:
    return {"type": "home", "private_metadata": channel, "blocks": list(blocks)}


def _logs(overview: Overview, catalog: ScopeCatalog, zone: ZoneInfo) -> list[Json]:
    """Each log, those first that cannot be read; those that nobody watches come last."""
    title = header("Logs that you may see")
    if not overview.scopes:
        return [title, rich(section(text("The settings name none: ask for one by its ID, as below.")))]
    ordered = sorted(overview.scopes, key=lambda scope: _badness(overview.health.get(scope)))
    lines = [_log(scope, overview, catalog, zone) for scope in ordered[:_LOGS]]
    if more := ordered[_LOGS:]:
        lines.append(section(text(f"and {len(more):,} more; “status” tells of those that are read regularly")))
    return [title, rich(bullets(*lines))]


def _badness(health: ScopeHealth | None) -> tuple[int, int]:
    """What sorts logs, the worst first."""
    if health is None:
        return 2, 0
    return (0, -health.failures) if health.failures else (1, 0 if health.last_read is None else 1)


def _log(scope: Scope, overview: Overview, catalog: ScopeCatalog, zone: ZoneInfo) -> Json:
    health = overview.health.get(scope)
    ill = health is not None and health.failures > 0
    mark = _NEW if health is None or (health.last_read is None and not ill) else _ILL if ill else _WELL
    words = [emoji(*mark), space(" "), text(name_of(scope, catalog), bold=True), space(DOT)]
    words.append(text(f"{scope.kind.word}, {scope.region.title}"))
    words.append(space(DOT))
    if health is None:
        words.append(text("read when you ask; nothing subscribes to it"))
        return section(*words)
    lag = health.lag(overview.at)
    if health.last_read is None or lag is None:
        words.append(text("never read yet"))
    else:
        words += [text("last read"), space(), minute(health.last_read, zone), space(), text(f"({lasting(lag)} ago)")]
    if ill:
        tries = "the last try failed" if health.failures == 1 else f"the last {health.failures:,} tries failed"
        words += [space(DOT), text(f"{tries}: {health.reason}" if health.reason else tries, 200, bold=True)]
    return section(*words)


def _risky(overview: Overview, catalog: ScopeCatalog, zone: ZoneInfo) -> list[Json]:
    """What was risky of late, each with the ways on from it."""
    title = header("High risk in the last 24 hours")
    if not overview.health:
        words = "Nothing is collected of these logs: a subscription begins that, and Search reads any of them now."
        return [title, rich(section(text(words)))]
    events = [entry.event for entry in overview.risky]
    blocks = [title]
    if not events:
        unread = any(each.failures or each.last_read is None for each in overview.health.values())
        nothing = "Nothing, as far as the logs could be read." if unread else "Nothing in the logs that are watched."
        blocks.append(rich(section(text(nothing))))
    for event, reference in zip(events, references(events), strict=True):
        there = local(event.at, zone)
        day = date(event.at, "{date_short_pretty}", f"{there.day} {there:%b}")
        blocks.append(rich(section(day, space(" in "), text(name_of(event.scope, catalog)))))
        blocks += listed(event, zone, reference)
    if any(each.watched_since > overview.at - RECENT for each in overview.health.values()):
        blocks.append(context("Some of these logs are watched for less than that: Search reads what was before"))
    if overview.more:
        blocks.append(context("There was more: search with risk=high to see all of it"))
    return blocks


def _subscriptions(overview: Overview, catalog: ScopeCatalog, zone: str) -> list[Json]:
    title = header("Subscriptions")
    if not overview.subscriptions:
        how = " “New subscription” above makes one." if overview.subscribable else ""
        return [title, rich(section(text(f"No digest or alert goes anywhere yet.{how}")))]
    blocks = [title]
    for subscription in overview.subscriptions[:_SUBSCRIPTIONS]:
        blocks.append(item(subscription, catalog, zone, overview.at))
        if subscription.id in overview.managed:
            blocks.append(actions(*_buttons(subscription)))
    if more := overview.subscriptions[_SUBSCRIPTIONS:]:
        blocks.append(context(f"and {len(more):,} more: {spelled('subscriptions')} lists them"))
    return blocks


def _buttons(subscription: Subscription) -> list[Json]:
    """What may be done with it. One that the settings make is changed and ended there, as its own words say."""
    value = f"{subscription.id}"
    if subscription.standing is Standing.ACTIVE:
        buttons = [button(ids.HOME_PAUSE, "Pause", value)]
    else:
        buttons = [button(ids.HOME_RESUME, "Resume", value)]
    if subscription.origin is Origin.SLACK:
        ending = confirmed(
            button(ids.HOME_UNSUBSCRIBE, "Unsubscribe", value),
            f"End subscription {subscription.id}?",
            "Nothing more is told, and what waits to be told is dropped. Pausing keeps it.",
            confirm="Unsubscribe",
        )
        buttons += [button(ids.HOME_EDIT, "Edit", value), ending]
    return buttons


def _help(overview: Overview, catalog: ScopeCatalog) -> list[Json]:
    """Commands to copy that use the person's own logs."""
    known = ScopeCatalog(
        scopes=tuple(overview.scopes),
        aliases=tuple((alias, scope) for alias, scope in catalog.aliases if scope in overview.scopes),
        default_region=catalog.default_region,
        open=catalog.open,
        regions=catalog.regions,
    )
    book = AddressBook(known, known.scopes)
    commands = [_command("", book, scope, {Key.LAST: "24h"}) for scope in overview.scopes[:_COMMANDS]]
    if not commands and catalog.open:
        commands = [spelled("org=ID last=24h")]
    for scope in overview.scopes[:1]:
        commands.append(_command("", book, scope, {Key.LAST: "7d", Key.RISK: "high"}))
    for scope in overview.subscribable[:1]:
        commands.append(_command("subscribe", book, scope, {Key.AT: "09:00", Key.DAYS: "mon-fri"}))
    words = section(text("To copy into any channel; “help” tells all that can be asked:"))
    return [header("Help"), rich(words, preformatted(*commands, spelled("help")))]


def _command(verb: str, book: AddressBook, scope: Scope, more: dict[Key, str]) -> str:
    return spelled(str(Arguments(verb, {**book.address(scope), **more})))


def _as_of(overview: Overview, zone: ZoneInfo) -> Sequence[str]:
    there = local(overview.at, zone)
    return [f"As of {there:%H:%M:%S} on {there.day} {there:%B} ({zone.key}): press Refresh for what is known now"]
