"""Every variable, by what needs it, with its default, its form and what it is for.

Each is read from the environment under its own name in capitals, else from the TOML file under the same name in small
letters. An empty one counts as not set.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self, cast

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.forms import (
    Address,
    AppToken,
    BotToken,
    ChannelIds,
    Flag,
    Form,
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

LATER = frozenset(
    {"database_url", "digest_categories", "digest_channel", "digest_schedule", "digest_scopes", "poll_interval"}
)
"""Variables of digests, which this version does not send: ignored, but not in silence."""


class Section(BaseSettings):
    """Variables that are read together: first from the environment, then from what the constructor is given."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        validate_default=False,
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        hide_input_in_errors=True,
    )

    @classmethod
    def read(cls, env_file: Path | None, values: Mapping[str, Any]) -> Self:
        """The section from the environment, else from the file of variables, else from the values.

        Raises:
            ValidationError: a variable makes no sense.
        """
        return cls(_env_file=env_file, **values)

    @classmethod
    def defaults(cls) -> Self:
        """The section as if nothing were set."""
        return cast("Self", cls.model_construct())  # mypy's pydantic plugin forgets the class

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 — the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 — likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, the file of variables, the TOML file."""
        return env_settings, dotenv_settings, init_settings


class Files(Section, extra="allow"):
    """Where more settings are. What a file of variables holds beside known ones is kept, for ``token_env`` to name."""

    config_file: Annotated[
        Path | None,
        Field(description="A TOML file: several scopes with their own region and credentials, aliases, access."),
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
    ("Logs", LogSection),
    ("More settings", Files),
)
"""All of them, as a reader meets them."""
