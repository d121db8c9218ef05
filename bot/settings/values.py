"""The settings as the rest of the program knows them: checked, complete, and none of them printable by mistake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from bot.domain.access import ChannelId, GroupId, Rule, UserId
from bot.domain.query import Filters
from bot.domain.schedules import Schedule
from bot.domain.scopes import Region, ScopeKind
from bot.domain.subscriptions import Mode, Origin
from bot.settings.variables import LogSection, MondooSection


@dataclass(frozen=True, slots=True)
class Account:
    """As whom and where Mondoo is asked; None where the settings leave it open."""

    name: str
    """Where the settings say so, for messages."""
    token: SecretStr | None = None
    service_account: SecretStr | None = None
    """The JSON itself."""
    region: Region | None = None
    api_url: str | None = None

    @property
    def has_credentials(self) -> bool:
        """Whether it can prove who is asking."""
        return self.token is not None or self.service_account is not None


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    """A scope that the settings name, and what they say of it."""

    kind: ScopeKind
    id: str
    aliases: tuple[str, ...]
    account: Account
    rule: Rule | None
    """None where the default rule holds."""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How the bot meets Slack: through a socket where there is an app token, else by signed requests."""

    bot_token: SecretStr
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    api_url: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class SubscriptionSettings:
    """A subscription that the settings name."""

    key: str
    """Tells it from every other for good: ``environment`` or ``file:NAME``."""
    name: str
    """Where the settings say so, for messages."""
    origin: Origin
    scopes: tuple[str, ...]
    """As commands name them: an alias, an MRN, ``org:ID`` or ``space:ID``; empty for all that the settings name."""
    channel: ChannelId
    mode: Mode
    filters: Filters
    schedule: Schedule | None
    """None for an alert."""
    zone: str
    """The IANA name of a time zone."""
    mention: GroupId | None
    owner: UserId | None
    reassure_after: timedelta | None
    """None where silence needs no note."""


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """How events are collected and told."""

    database_url: SecretStr
    """``sqlite:///PATH`` or ``postgresql://…``."""
    poll_interval: timedelta
    overlap: timedelta
    """How far each read looks back."""
    deep_scan: timedelta
    """How far one read a day looks back."""
    backfill: timedelta
    """How much is told of from before a scope was first read; zero for nothing."""
    retention: timedelta
    failures_before_notice: int
    slack_timeout: timedelta
    subscriptions: tuple[SubscriptionSettings, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """All there is to know before the bot starts."""

    mondoo: MondooSection
    account: Account
    """For every scope without credentials of its own."""
    scopes: tuple[ScopeSettings, ...]
    rule: Rule
    """For every scope without a rule of its own."""
    logs: LogSection
    slack: SlackSettings | None
    """None where nobody asked for it."""
    digests: DigestSettings
    """The defaults, and no subscription, where nobody asked for Slack."""

    @property
    def secrets(self) -> frozenset[str]:
        """Every value that must never be seen."""
        return frozenset(each for each in self._secrets() if each)

    def _secrets(self) -> Iterator[str]:
        for account in (self.account, *(scope.account for scope in self.scopes)):
            if account.token is not None:
                yield account.token.get_secret_value()
            if account.service_account is not None:
                yield from _inside(account.service_account.get_secret_value())
        yield from _inside_url(self.digests.database_url.get_secret_value())
        if self.slack is not None:
            for secret in (self.slack.bot_token, self.slack.app_token, self.slack.signing_secret):
                yield secret.get_secret_value() if secret is not None else ""


def _inside(service_account: str) -> Iterator[str]:
    """What is secret in a service account: the ready token, and the key with each of its lines."""
    yield service_account
    try:
        document = json.loads(service_account)
    except ValueError:  # the bot will not start with it, but says so, and perhaps in a log
        return
    for name in ("token", "private_key"):
        secret = str(document.get(name, ""))
        yield secret
        yield from (line for line in secret.splitlines() if not line.startswith("-----"))


def _inside_url(database_url: str) -> Iterator[str]:
    """What is secret in a database's URL: all of it where it holds a password, and the password in both spellings."""
    parts = urlsplit(database_url)
    passwords = [parts.password or "", *(value for name, value in parse_qsl(parts.query) if name == "password")]
    for password in passwords:
        if password:
            yield database_url
            yield password
            yield unquote(password)
