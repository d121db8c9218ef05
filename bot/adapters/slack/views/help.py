"""How to ask: the grammar on one screen, and commands to copy for what the person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.adapters.slack import ids
from bot.adapters.slack.views.blocks import (
    Json,
    actions,
    button,
    header,
    message,
    preformatted,
    rich,
    section,
    space,
    text,
)
from bot.adapters.slack.views.notices import spelled
from bot.domain.addresses import AddressBook
from bot.domain.arguments import Arguments, Key
from bot.domain.errors import AccessDenied
from bot.domain.events import Category, Risk
from bot.domain.scopes import Scope, ScopeCatalog

_OFFERED: Final = 8


@dataclass(frozen=True, slots=True)
class _Row:
    """Keys that belong together, or a verb, with an example of each, and what they mean."""

    keys: tuple[Key, ...]
    example: str
    meaning: str
    verb: str = ""

    def is_about(self, topic: str | None) -> bool:
        return topic is not None and topic in {self.verb, *(key.value for key in self.keys)}


_ROWS: Final = (
    _Row((Key.ORG, Key.SPACE, Key.SCOPE), "org=ID  space=ID  scope=ALIAS", "Whose log: one of these."),
    _Row((Key.REGION,), "region=eu", "Where it is kept, if the settings do not say: us or eu."),
    _Row(
        (Key.SINCE, Key.UNTIL, Key.LAST),
        "since=2024-05-01  until=yesterday  last=24h",
        "When: a day, a time (2024-05-01T10:00, 09:00 Europe/Berlin), a weekday, or how long ago (30m, 24h, 7d, 2w). "
        "The start is in the window and the end is not; days are those of your own time zone.",
    ),
    _Row(
        (Key.ACTOR, Key.ACTION, Key.RESOURCE, Key.TEXT),
        'actor=jane  action=Create  resource=space  text="owner added"',
        "Only events with these words: in who did it, in the action, in what it was done to, anywhere.",
    ),
    _Row((Key.CATEGORY,), "category=membership,token", f"Any of {', '.join(each.value for each in Category)}."),
    _Row((Key.RISK,), "risk=high", f"Any of {', '.join(each.value for each in Risk)}."),
    _Row((Key.ORDER, Key.LIMIT), "order=asc  limit=50", "Oldest first; at most so many events."),
)


_EXPORT: Final = _Row(
    (Key.FORMAT,),
    "export org=ID since=2024-05-01 format=csv",
    "The same as a file, everything unless limited: csv, ndjson or ocsf (OCSF 1.5). It comes to your own messages with "
    "the bot; with channel=#here to the channel where you ask.",
    "export",
)
_REGULARLY: Final = _Row(
    (),
    "subscribe  subscriptions  pause 3  resume 3  unsubscribe 3  mute  mutes  unmute 3  status",
    "Digests and alerts in a channel, what they leave out, and how the bot is doing; “help subscribe” and “help mute” "
    "tell more.",
)
_MUTING: Final = (
    _Row(
        (),
        'mute actor=ci action=Create for=7d reason="rollout"',
        "Leave such events out of digests and alerts, which say how many they were; a search shows them as ever. Name "
        "who did it (actor), what was done (action) or to what (resource), one of them at least, and a scope if it is "
        "for one log alone.",
        "mute",
    ),
    _Row((Key.FOR, Key.REASON), 'for=7d  until=2030-05-01  reason="why"', "Until when, if not for good; and why."),
    _Row((), "mutes", "What is muted, until when, why and by whom.", "mutes"),
    _Row((), "unmute 3", "Tell such events again.", "unmute"),
)
_VERBS: Final = (
    _Row((), "subscriptions", "What is told where and when, each with its number.", "subscriptions"),
    _Row((), "pause 3", "Tell nothing for now. What happens meanwhile waits.", "pause"),
    _Row((), "resume 3", "Go on, with what waited: after a pause, or when the bot has stopped it.", "resume"),
    _Row((), "unsubscribe 3", "End it. What the settings subscribe to ends there.", "unsubscribe"),
    _Row((), "status", "When each log was read last, what waits to be posted, and what has stopped and why.", "status"),
)
_TERMS: Final = (
    _Row(
        (Key.MODE,),
        "mode=digest  mode=alert",
        "A digest tells what is new at set times, and is quiet where nothing happened. An alert tells each event at "
        "once: those of high risk, unless the command says which.",
    ),
    _Row((Key.EVERY,), "every=15m", "A digest so often: 15m unless the command says when."),
    _Row(
        (Key.AT, Key.DAYS, Key.TZ),
        "at=09:00 days=mon-fri tz=Europe/Berlin",
        "A digest at times of some days, in a time zone: your own unless the command names one.",
    ),
    _Row((Key.CRON,), 'cron="0 9 * * 1-5"', "A digest at the times that cron's five fields name."),
    _Row((Key.CHANNEL, Key.MENTION), "channel=#security  mention=@oncall", "Where to, and which user group to call."),
    _Row((Key.NOTE,), "note=weekly", "Say so where nothing happened for so long: off, daily, weekly, or as in 3d."),
)


def guide(known: ScopeCatalog, *, topic: str | None) -> Json:
    """How commands work: all in all, or about the key or the verb that ``topic`` names.

    Args:
        known: the scopes that the person may see, and whether others can be named.
        topic: a key or a verb, or anything else for all of it.
    """
    if topic == "subscribe" or any(row.is_about(topic) for row in (*_TERMS, *_VERBS)):
        return _about_subscriptions(known, topic)
    if about := [row for row in _MUTING if row.is_about(topic)]:
        return message(
            f"How to mute events: {spelled('mute actor=ci for=7d reason=rollout')}",
            header("Mute events in digests and alerts"),
            _explained(_MUTING if topic == "mute" else about),
        )
    rows = [row for row in (*_ROWS, _EXPORT) if row.is_about(topic)] or [*_ROWS, _EXPORT, _REGULARLY]
    return message(
        f"How to ask Mondoo's audit log: {spelled('org=ID since=2024-05-01')}",
        header("Ask Mondoo's audit log"),
        _yours(known),
        *_window(known),
        _explained(rows),
    )


def _about_subscriptions(known: ScopeCatalog, topic: str | None) -> Json:
    title = header("Digests and alerts")
    fallback = f"How to be told what happens: {spelled('subscribe org=ID every=15m')}"
    if row := next((row for row in _VERBS if row.is_about(topic)), None):
        return message(fallback, title, rich(section(text(row.meaning)), preformatted(spelled(row.example))))
    filters = [row for row in _ROWS if row.keys in {(Key.CATEGORY,), (Key.RISK,)}]
    rows = [row for row in _TERMS if row.is_about(topic)] or [*_TERMS, *filters, *_VERBS]
    return message(fallback, title, _yours_regularly(known), _explained(rows))


def _window(known: ScopeCatalog) -> list[Json]:
    """The way to ask without knowing any of this."""
    if not known.scopes and not known.open:
        return []
    return [
        rich(section(text("Or fill in a form:"), space(), text(ids.COMMAND, code=True), space(), text("alone, or"))),
        actions(button(ids.SEARCH, "Search", "-")),
    ]


def _explained(rows: Sequence[_Row]) -> Json:
    words: list[Json] = []
    for row in rows:
        words += [text(row.example, code=True), space("\n"), text(row.meaning), space("\n")]
    return rich(section(*words[:-1]))


def _yours_regularly(known: ScopeCatalog) -> Json:
    """Commands to copy that subscribe the channel they are typed in, for a scope that the person may see."""
    if not known.scopes and not known.open:
        return _yours(known)
    whose = AddressBook(known, known.scopes).address(known.scopes[0]) if known.scopes else {Key.ORG: "ID"}
    wishes: tuple[Mapping[Key, str], ...] = (
        {Key.CATEGORY: "membership,service-account", Key.EVERY: "15m"},
        {Key.AT: "09:00", Key.DAYS: "mon-fri", Key.TZ: "Europe/Berlin"},
        {Key.MODE: "alert"},
    )
    commands = [spelled(str(Arguments("subscribe", {**whose, **wish}))) for wish in wishes]
    return rich(section(text("To copy, for the channel where you type it:")), preformatted(*commands))


def _yours(known: ScopeCatalog) -> Json:
    """Commands to copy: for each scope the person may see, or for one to be named."""
    book = AddressBook(known, known.scopes)
    commands = [_command(book, scope) for scope in known.scopes[:_OFFERED]]
    if commands:
        more = len(known.scopes) - len(commands)
        others = f" The first {len(commands)} of {len(known.scopes)}:" if more else ""
        return rich(section(text(f"To copy, for what you may see here.{others}")), preformatted(*commands))
    if known.open:
        return rich(
            section(text("To copy, with the ID of an organization or a space:")),
            preformatted(spelled("org=ID since=2024-05-01")),
        )
    return rich(section(text(f"There is no audit log that you may see here. {AccessDenied.advice}", bold=True)))


def _command(book: AddressBook, scope: Scope) -> str:
    return spelled(str(Arguments(values={**book.address(scope), Key.LAST: "7d"})))
