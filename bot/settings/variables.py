"""Every variable, by what needs it, with its default, its form and what it is for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.domain.subscriptions import DIGEST_FILTERS
from bot.settings.checks import Form
from bot.settings.digest_forms import (
    Backfill,
    Categories,
    Channel,
    DatabaseUrl,
    Failures,
    LookBack,
    PollInterval,
    PostTimeout,
    QuietNote,
    Retention,
    ScheduleText,
    ScopeReferences,
    User,
)
from bot.settings.forms import (
    Address,
    AppToken,
    BotToken,
    ChannelIds,
    Flag,
    GroupIds,
    Level,
    LogFormat,
    LogLevel,
    MondooToken,
    PageSize,
    Port,
    PublicRegion,
    SafeUrl,
    ServiceAccountSource,
    SigningSecret,
    UserIds,
    Wait,
)
from bot.settings.section import Section


class Files(Section, extra="allow"):
    """Where more settings are. What a file of variables holds beside known ones is kept, for ``token_env`` to name."""

    config_file: Annotated[
        Path | None,
        Field(description="A TOML file: scopes with their own region, credentials, aliases, access; subscriptions."),
        Form("the path of a TOML file"),
    ] = None


class SlackSection(Section):
    """How the bot meets Slack."""

    slack_bot_token: Annotated[
        BotToken | None, Field(description="The bot's token: “Install App” → “Bot User OAuth Token”.")
    ] = None
    slack_app_token: Annotated[
        AppToken | None, Field(description="For Socket Mode: an app-level token with `connections:write`.")
    ] = None
    slack_signing_secret: Annotated[
        SigningSecret | None,
        Field(
            description="For HTTP, where there is no app-level token: the signing secret; Slack calls `/slack/events`."
        ),
    ] = None
    slack_api_url: Annotated[
        SafeUrl, Field(description="Slack's Web API, or a stand-in; http only on this machine.")
    ] = "https://slack.com/api/"
    port: Annotated[
        Port, Field(description="Where `/healthz`, `/readyz` and `/metrics` are served, and `/slack/events` over HTTP.")
    ] = 3000
    listen_host: Annotated[
        Address,
        Field(description="The address to listen on; `0.0.0.0` in a container, or where a proxy is elsewhere."),
    ] = "127.0.0.1"


class AccessSection(Section):
    """Who may ask, beside what a scope says for itself."""

    access_users: Annotated[UserIds, Field(description="People who may ask, by ID, separated by commas.")] = frozenset()
    access_channels: Annotated[
        ChannelIds, Field(description="Channels in which every full member may ask, shared ones included.")
    ] = frozenset()
    access_user_groups: Annotated[GroupIds, Field(description="User groups whose members may ask.")] = frozenset()
    access_admins: Annotated[
        Flag, Field(description="Whether the workspace's owners and admins may ask without being named.")
    ] = True
    access_managers: Annotated[
        UserIds,
        Field(description="Of those who may ask: people who may manage subscriptions, beside owners and admins."),
    ] = frozenset()


class MondooSection(Section):
    """How the bot meets Mondoo, for every scope that does not say otherwise."""

    mondoo_api_token: Annotated[
        MondooToken | None, Field(description="An API token of the organization or space, with read access.")
    ] = None
    mondoo_service_account: Annotated[
        ServiceAccountSource | None,
        Field(description="Instead of the token: a service account, as the path of its JSON file or the JSON itself."),
    ] = None
    mondoo_region: Annotated[
        PublicRegion | None,
        Field(description="`us` or `eu`; without it the service account's own region, else `us`."),
    ] = None
    mondoo_api_url: Annotated[
        SafeUrl | None,
        Field(description="The whole query URL of a private instance or a stand-in; http only on this machine."),
    ] = None
    mondoo_page_size: Annotated[PageSize, Field(description="Events to ask for at once, up to 100.")] = 100
    mondoo_timeout: Annotated[Wait, Field(description="How long one request may take.")] = timedelta(seconds=30)
    mondoo_patience: Annotated[
        Wait, Field(description="How long one page may take, with all its retries and the waits between them.")
    ] = timedelta(seconds=60)


class DigestSection(Section):
    """One digest, without a file: what it tells of, where and when."""

    digest_channel: Annotated[
        Channel | None, Field(description="The ID of the channel that gets a digest; invite the bot there.")
    ] = None
    digest_scopes: Annotated[
        ScopeReferences,
        Field(description="What it tells of: `org:ID,space:ID` or aliases; without it, every scope in `CONFIG_FILE`."),
    ] = ()
    digest_categories: Annotated[
        Categories, Field(description="Which events it tells of, by category, separated by commas; or `all`.")
    ] = DIGEST_FILTERS.categories
    digest_schedule: Annotated[
        ScheduleText,
        Field(description="When: `15m` (`5s` at the least), `09:00 Europe/Berlin`, or cron: `0 9 * * 1-5`."),
    ] = "15m"
    digest_quiet_note: Annotated[
        QuietNote,
        Field(
            description="Say that nothing happened after so long without an event: `weekly`, `3d`; without it, never."
        ),
    ] = None
    digest_owner: Annotated[
        User | None, Field(description="The ID of the person who is told when the digest cannot be posted any more.")
    ] = None


class PipelineSection(Section):
    """How every digest and alert comes about: how logs are collected, where they are kept, when to speak of trouble."""

    database_url: Annotated[
        DatabaseUrl | None,
        Field(
            description="`sqlite:///PATH` for one process, or `postgresql://…` for any number; without it, a SQLite "
            "file in the data directory."
        ),
    ] = None
    poll_interval: Annotated[PollInterval, Field(description="How often Mondoo is asked for what is new.")] = timedelta(
        seconds=60
    )
    collect_overlap: Annotated[
        LookBack, Field(description="How far each read looks back, for events that arrive late.")
    ] = timedelta(minutes=15)
    collect_deep_scan: Annotated[
        LookBack, Field(description="How far one read a day looks back, for events that arrive later still.")
    ] = timedelta(hours=48)
    collect_backfill: Annotated[
        Backfill,
        Field(description="Tell also of this much before the first read of a scope, such as `7d`; `off` for nothing."),
    ] = timedelta(0)
    collect_retention: Annotated[
        Retention,
        Field(description="How long events are kept; a day longer than the deep scan at the least."),
    ] = timedelta(days=30)
    failures_before_notice: Annotated[
        Failures, Field(description="After how many failed reads in a row the channels of a scope are told.")
    ] = 3
    slack_timeout: Annotated[
        PostTimeout, Field(description="How long posting one message may take before its fate counts as unknown.")
    ] = timedelta(seconds=10)


class LogSection(Section):
    """What is logged, on stderr."""

    log_level: Annotated[Level, Field(description="`debug`, `info`, `warning` or `error`.")] = LogLevel.INFO
    log_format: Annotated[
        LogFormat | None,
        Field(description="`json` or `console`; without it, `console` on a terminal and `json` elsewhere."),
    ] = None


SECTIONS: tuple[tuple[str, type[Section]], ...] = (
    ("Slack", SlackSection),
    ("Mondoo", MondooSection),
    ("Access", AccessSection),
    ("A digest", DigestSection),
    ("Every digest and alert", PipelineSection),
    ("Logs", LogSection),
    ("More settings", Files),
)
"""All of them, as a reader meets them."""
