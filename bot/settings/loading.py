"""The settings, read and checked as a whole before anything is started."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.domain.access import Rule
from bot.domain.errors import SettingsError
from bot.domain.scopes import ScopeKind
from bot.domain.wording import listed
from bot.settings import file, problems
from bot.settings.credentials import Credentials
from bot.settings.digests import Subscribing, contradictions, in_vain, pipeline
from bot.settings.file import AccessTable, ScopeTable
from bot.settings.section import Section
from bot.settings.values import Account, DigestSettings, ScopeSettings, Settings, SlackSettings
from bot.settings.variables import (
    SECTIONS,
    AccessSection,
    DigestSection,
    Files,
    LogSection,
    MondooSection,
    PipelineSection,
    SlackSection,
)

S = TypeVar("S", bound=Section)


def load(*, slack: bool, env_file: Path | None = None) -> Settings:
    """The settings from the environment, else from a file of variables, else from the TOML file that they name.

    ``slack`` says whether the bot is going to meet Slack; where it is not, nothing about Slack is looked at.

    Raises:
        SettingsError: something is missing or makes no sense. It has a line for each problem, and shows no secret.
    """
    return _Reader(env_file).settings(slack=slack)


class _Reader:
    """Reads on after a problem, so that all of them can be said at once."""

    def __init__(self, env_file: Path | None) -> None:
        self._problems: list[str] = []
        self._env_file = env_file
        if env_file is not None:
            _check_readable(env_file)
        files = self._section(Files, {})
        self._stop()
        self._document = self._read(files.config_file) if files.config_file else {}
        self._environment: Mapping[str, str] = {
            **{name.upper(): value for name, value in (files.model_extra or {}).items() if value},
            **os.environ,
        }
        self._credentials = Credentials(self._environment, self._problems)

    def _read(self, path: Path) -> Mapping[str, Any]:
        """The TOML file; where it cannot be read, its problem comes with those of the variables that are set."""
        try:
            return file.read(path, self._problems)
        except SettingsError as error:
            self._problems.append(str(error))
        for _, section in SECTIONS:
            self._section(section, {})
        raise SettingsError("\n".join(self._problems))

    def settings(self, *, slack: bool) -> Settings:
        logs = self._section(LogSection, self._document)
        mondoo = self._section(MondooSection, self._document)
        account = self._account(mondoo)
        rule = self._rule() if slack else Rule()
        scopes = tuple(self._scopes(rule))
        if self._has_no_default() and not scopes:
            self._problems.append(
                "MONDOO_API_TOKEN is not set: write an API token of the organization or space, or a service account as "
                "MONDOO_SERVICE_ACCOUNT."
            )
        met = self._slack() if slack else None
        digests = self._digests(scopes) if slack else pipeline(PipelineSection.defaults(), ())
        self._stop()
        return Settings(mondoo, account, scopes, rule, logs, met, digests)

    def _stop(self) -> None:
        if self._problems:
            raise SettingsError("\n".join(self._problems))

    def _section(self, section: type[S], values: Mapping[str, Any]) -> S:
        """The section; its defaults where a problem was found, so that reading can go on."""
        try:
            return section.read(self._env_file, values)
        except ValidationError as error:
            self._problems += problems.of_variables(section, error)
            return section.defaults()

    def _slack(self) -> SlackSettings | None:
        section = self._section(SlackSection, self._document)
        if self._says_nothing_of("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
            self._problems.append(
                "SLACK_APP_TOKEN is not set: write an app-level token for Socket Mode, or set SLACK_SIGNING_SECRET for "
                "HTTP."
            )
        if self._says_nothing_of("SLACK_BOT_TOKEN"):
            self._problems.append(
                "SLACK_BOT_TOKEN is not set: write the bot's token, from “Install App” in the Slack app's settings."
            )
        if section.slack_bot_token is None:
            return None
        return SlackSettings(
            section.slack_bot_token,
            section.slack_app_token,
            section.slack_signing_secret,
            section.slack_api_url,
            section.listen_host,
            section.port,
        )

    def _has_no_default(self) -> bool:
        return self._says_nothing_of("MONDOO_API_TOKEN", "MONDOO_SERVICE_ACCOUNT")

    def _says_nothing_of(self, *names: str) -> bool:
        return not any(self._environment.get(name) or self._document.get(name.lower()) for name in names)

    def _account(self, section: MondooSection) -> Account:
        if section.mondoo_api_token is not None and section.mondoo_service_account is not None:
            self._problems.append("MONDOO_API_TOKEN and MONDOO_SERVICE_ACCOUNT are both set: keep one of them.")
        return Account(
            name="MONDOO_SERVICE_ACCOUNT" if section.mondoo_service_account else "MONDOO_API_TOKEN",
            token=section.mondoo_api_token,
            service_account=self._credentials.account(section.mondoo_service_account, "MONDOO_SERVICE_ACCOUNT"),
            region=section.mondoo_region,
            api_url=section.mondoo_api_url,
        )

    def _rule(self) -> Rule:
        section = self._section(AccessSection, self._document)
        return Rule(
            users=section.access_users,
            groups=section.access_user_groups,
            channels=section.access_channels,
            admins=section.access_admins,
            managers=section.access_managers,
        )

    def _digests(self, scopes: Sequence[ScopeSettings]) -> DigestSettings:
        section = self._section(PipelineSection, self._document)
        digest = self._section(DigestSection, self._document)
        tables = self._document.get(file.SUBSCRIPTIONS, ())
        self._problems += contradictions(section)
        self._problems += in_vain([name for name in digest.names() if not self._says_nothing_of(name)])
        subscribing = Subscribing(scopes, self._problems)
        return pipeline(section, (*subscribing.from_environment(digest), *subscribing.from_file(tables)))

    def _scopes(self, rule: Rule) -> Iterator[ScopeSettings]:
        aliases: dict[str, int] = {}
        for number, values in enumerate(self._document.get(file.SCOPES, ()), start=1):
            try:
                table = ScopeTable(**values)
            except ValidationError as error:
                self._problems += problems.of_table(ScopeTable, error, f"scope {number}")
                continue
            for alias in table.alias:
                first = aliases.setdefault(alias.casefold(), number)
                if first != number:
                    self._problems.append(f"CONFIG_FILE: scopes {first} and {number} have the same alias, {alias}.")
            own = self._own_account(table, f"CONFIG_FILE: scope {number}")
            if (table.org is None) == (table.space is None):
                self._problems.append(f"{own.name} must have either org or space, with its ID.")
                continue
            yield ScopeSettings(
                ScopeKind.ORGANIZATION if table.org else ScopeKind.SPACE,
                table.org or table.space or "",
                table.alias,
                own,
                _own_rule(table.access, rule),
            )

    def _own_account(self, table: ScopeTable, name: str) -> Account:
        keys = ("token", "token_env", "service_account", "service_account_env")
        given = [key for key in keys if getattr(table, key) is not None]
        if len(given) > 1:
            self._problems.append(f"{name} has {listed(given)}: keep one of them.")
        if not given and self._has_no_default():
            self._problems.append(
                f"{name} has no credentials: write token_env or service_account for it, or set MONDOO_API_TOKEN for "
                "all."
            )
        return Account(
            name=name,
            token=table.token or self._credentials.token(table.token_env, name),
            service_account=self._credentials.account(
                table.service_account or self._credentials.variable(table.service_account_env, name), name
            ),
            region=table.region,
            api_url=table.api_url,
        )


def _check_readable(env_file: Path) -> None:
    try:
        env_file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"The file of variables {env_file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise SettingsError(f"The file of variables {env_file} is not text in UTF-8.") from None


def _own_rule(table: AccessTable | None, default: Rule) -> Rule | None:
    if table is None:
        return None
    return Rule(
        users=table.users,
        groups=table.user_groups,
        channels=table.channels,
        admins=default.admins if table.admins is None else table.admins,
        managers=default.managers if table.managers is None else table.managers,
    )
