"""What values about digests have to look like, and the words for it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bot.domain.access import ChannelId, GroupId, UserId
from bot.domain.addresses import AddressBook
from bot.domain.arguments import Key
from bot.domain.events import Category, Risk
from bot.domain.scopes import ScopeCatalog, is_scope_id
from bot.domain.subscriptions import Mode
from bot.domain.wording import listed, shown
from bot.domain.zones import find_zone, nearest_zone
from bot.settings.checks import Form, duration, is_off, length, listing, lowered, members, passing, some
from bot.settings.forms import CHANNEL, GROUP, USER, is_alias

_LONGEST_NAME = 64
_LONGEST_TEXT = 200
_SQLITE = "sqlite:///"
_NAMED_SPANS = {"daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
_NOWHERE = AddressBook(ScopeCatalog())


def is_reference(text: str) -> bool:
    """Whether a text names a scope: as ``org:ID``, ``space:ID``, MRN or what may be an alias."""
    meaning = _NOWHERE.meaning(Key.SCOPE, text)
    return is_alias(text) if meaning.kind is None else is_scope_id(meaning.id)


def alias_in(reference: str) -> str | None:
    """The alias that a reference is; None where it says kind and ID."""
    return reference if _NOWHERE.meaning(Key.SCOPE, reference).kind is None else None


def _database(secret: SecretStr) -> SecretStr:
    """The URL with the scheme that SQLAlchemy knows."""
    url = secret.get_secret_value()
    if any(letter <= " " for letter in url):
        raise ValueError
    if url.startswith(_SQLITE):
        path = url.removeprefix(_SQLITE)
        if not path or path.startswith(":") or path.endswith("/") or set("?#") & set(path):
            raise ValueError
        return secret
    scheme, separator, rest = url.partition("://")
    parts = urlsplit(url)
    _ = parts.port
    if not separator or scheme not in {"postgres", "postgresql"} or parts.fragment or not rest:
        raise ValueError
    return SecretStr(f"postgresql://{rest}")


def _zone(name: str) -> str:
    zone = find_zone(name.strip())
    if zone is None:
        raise ValueError(f"{shown(name)} is not, but {nearest_zone(name.strip())} is")
    return zone.key


def _or_off(value: object) -> timedelta:
    return timedelta(0) if is_off(value) else duration(value)


def _span_or_off(value: object) -> timedelta | None:
    return None if is_off(value) else _NAMED_SPANS.get(str(lowered(value))) or duration(value)


def _is_name(text: str) -> bool:
    return text.isprintable() and text == text.strip() and 0 < len(text) <= _LONGEST_NAME


def _matching(pattern: str) -> AfterValidator:
    return passing(re.compile(pattern).fullmatch)


DatabaseUrl = Annotated[
    SecretStr,
    AfterValidator(_database),
    Form("sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE", secret=True),
]
PollInterval = Annotated[timedelta, length("1s", "1d"), Form("a length of time from 1s to 1d")]
LookBack = Annotated[timedelta, length("1s", "365d"), Form("a length of time from 1s to 365d")]
Backfill = Annotated[timedelta, length("1s", "3650d", _or_off), Form("off, or a length of time up to 3650d")]
Retention = Annotated[timedelta, length("1d", "36500d"), Form("a length of time from 1d on")]
PostTimeout = Annotated[timedelta, length("1s", "30s"), Form("a length of time from 1s to 30s")]
Failures = Annotated[int, Field(ge=1, le=1000), Form("a number from 1 to 1000")]
QuietNote = Annotated[
    timedelta | None,
    length("1m", "365d", _span_or_off),
    Form("off, daily, weekly, or a length of time from 1m to 365d"),
]
Channel = Annotated[ChannelId, _matching(CHANNEL), Form("the ID of a channel (at the end of its details; C… or G…)")]
User = Annotated[UserId, _matching(USER), Form("the ID of a person (“Copy member ID” in their profile; U… or W…)")]
Group = Annotated[GroupId, _matching(GROUP), Form("the ID of a user group (“Copy group ID” in its menu; S…)")]
ScopeReferences = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(lambda value: some(listing(is_reference)(value))),
    Form("scopes such as org:acme-123, space:acme-prod or an alias, separated by commas"),
]
Categories = Annotated[
    frozenset[Category],
    NoDecode,
    members(Category),
    Form(f"all, or some of {listed([category.value for category in Category])}, separated by commas"),
]
Risks = Annotated[
    frozenset[Risk],
    NoDecode,
    members(Risk),
    Form(f"all, or some of {listed([risk.value for risk in Risk])}, separated by commas"),
]
ScheduleText = Annotated[
    str, passing(str.strip), Form("a schedule, such as 15m, 09:00 Europe/Berlin, or five fields as in cron")
]
ModeWord = Annotated[Mode, BeforeValidator(lowered), Form("digest or alert")]
Zone = Annotated[str, AfterValidator(_zone), Form("an IANA time zone, such as Europe/Berlin")]
SubscriptionName = Annotated[str, passing(_is_name), Form(f"a name, up to {_LONGEST_NAME} characters in one line")]
SearchText = Annotated[
    str,
    passing(lambda text: 0 < len(text.strip()) <= _LONGEST_TEXT),
    Form(f"a text to look for, up to {_LONGEST_TEXT} characters"),
]
