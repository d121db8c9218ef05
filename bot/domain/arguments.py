"""A command's arguments: the keys there are, and the values that were given for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.domain.typed import Word
from bot.domain.wording import nearest


class Key(Enum):
    """What can be said of a search, a subscription or a mute rule. The value is the word that is typed."""

    ORG = "org"
    SPACE = "space"
    SCOPE = "scope"
    REGION = "region"
    SINCE = "since"
    UNTIL = "until"
    LAST = "last"
    ACTOR = "actor"
    ACTION = "action"
    RESOURCE = "resource"
    CATEGORY = "category"
    RISK = "risk"
    TEXT = "text"
    LIMIT = "limit"
    ORDER = "order"
    FORMAT = "format"
    MODE = "mode"
    EVERY = "every"
    AT = "at"
    DAYS = "days"
    CRON = "cron"
    TZ = "tz"
    CHANNEL = "channel"
    MENTION = "mention"
    NOTE = "note"
    FOR = "for"
    REASON = "reason"

    def __str__(self) -> str:
        return self.value


SCOPE_KEYS = (Key.ORG, Key.SPACE, Key.SCOPE)
"""The keys that say whose log to read; a command has one of them."""
FILTER_KEYS = (Key.ACTOR, Key.ACTION, Key.RESOURCE, Key.CATEGORY, Key.RISK, Key.TEXT)
"""The keys that say which events are wanted."""
SEARCH_KEYS = (
    *(*SCOPE_KEYS, Key.REGION, Key.SINCE, Key.UNTIL, Key.LAST),
    *(Key.ACTOR, Key.ACTION, Key.RESOURCE, Key.CATEGORY, Key.RISK, Key.TEXT, Key.LIMIT, Key.ORDER),
)
EXPORT_KEYS = (*SEARCH_KEYS, Key.FORMAT, Key.CHANNEL)
SUBSCRIPTION_KEYS = (
    *(*SCOPE_KEYS, Key.REGION, *FILTER_KEYS, Key.MODE, Key.EVERY, Key.AT, Key.DAYS, Key.CRON, Key.TZ),
    *(Key.CHANNEL, Key.MENTION, Key.NOTE),
)
MUTED_KEYS = (Key.ACTOR, Key.ACTION, Key.RESOURCE)
"""The keys that say which events a mute rule leaves out; a rule has one of them at least."""
MUTE_KEYS = (*SCOPE_KEYS, Key.REGION, *MUTED_KEYS, Key.FOR, Key.UNTIL, Key.REASON)

_OTHER_NAMES = {
    "organisation": Key.ORG,
    "organization": Key.ORG,
    "from": Key.SINCE,
    "start": Key.SINCE,
    "after": Key.SINCE,
    "to": Key.UNTIL,
    "end": Key.UNTIL,
    "before": Key.UNTIL,
    "by": Key.ACTOR,
    "user": Key.ACTOR,
    "who": Key.ACTOR,
    "type": Key.CATEGORY,
    "severity": Key.RISK,
    "message": Key.TEXT,
    "query": Key.TEXT,
    "max": Key.LIMIT,
    "sort": Key.ORDER,
    "output": Key.FORMAT,
    "interval": Key.EVERY,
    "time": Key.AT,
    "day": Key.DAYS,
    "weekdays": Key.DAYS,
    "timezone": Key.TZ,
    "zone": Key.TZ,
    "room": Key.CHANNEL,
    "group": Key.MENTION,
    "notify": Key.MENTION,
    "duration": Key.FOR,
    "because": Key.REASON,
    "why": Key.REASON,
}


def key_named(name: str) -> Key | None:
    """The key of that name, compared without case; None where there is none."""
    folded = name.casefold()
    return next((key for key in Key if key.value == folded), None)


def nearest_key(name: str, keys: Iterable[Key]) -> Key | None:
    """The one of the keys that somebody who typed another name most likely meant; None where that is hard to say."""
    names = {key.value: key for key in keys}
    names |= {other: key for other, key in _OTHER_NAMES.items() if key in names.values()}
    bare = name.casefold().strip("-/")
    return names.get(bare) or names.get(nearest(bare, names))


@dataclass(frozen=True, slots=True)
class Arguments:
    """A verb and values by key, in the order in which they were typed; ``str()`` is a command's text again.

    The verb is empty where none was typed. A value is never empty.
    """

    verb: str = ""
    values: Mapping[Key, str] = field(default_factory=dict)

    def with_value(self, key: Key, value: str) -> Arguments:
        """These arguments with one value set, in its old place if it has one, else at the end."""
        return Arguments(self.verb, {**self.values, key: value})

    def without(self, *keys: Key) -> Arguments:
        """These arguments without some keys."""
        return Arguments(self.verb, {key: value for key, value in self.values.items() if key not in keys})

    def renamed(self, key: Key, other: Key) -> Arguments:
        """These arguments with a value under another key, in its old place."""
        return Arguments(self.verb, {other if known is key else known: value for known, value in self.values.items()})

    def about(self, address: Mapping[Key, str]) -> Arguments:
        """These arguments with another scope, named first."""
        return Arguments(self.verb, {**address, **self.without(*SCOPE_KEYS, Key.REGION).values})

    def __str__(self) -> str:
        words = (str(Word(value, key.value)) for key, value in self.values.items())
        return " ".join([self.verb, *words] if self.verb else words)
