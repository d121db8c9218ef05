"""The TOML file: scopes, subscriptions, access, and any variable in small letters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

from bot.domain.errors import SettingsError
from bot.domain.subscriptions import Mode
from bot.settings.checks import Form
from bot.settings.digest_forms import (
    Categories,
    Channel,
    Group,
    ModeWord,
    QuietNote,
    Risks,
    ScheduleText,
    ScopeReferences,
    SearchText,
    SubscriptionName,
    User,
    Zone,
)
from bot.settings.forms import (
    Aliases,
    ChannelIds,
    Flag,
    GroupIds,
    MondooToken,
    PublicRegion,
    SafeUrl,
    ScopeId,
    ServiceAccountSource,
    UserIds,
    VariableName,
)
from bot.settings.problems import unknown
from bot.settings.variables import SECTIONS

ACCESS = "access"
SCOPES = "scopes"
SUBSCRIPTIONS = "subscriptions"


class AccessTable(BaseModel):
    """``[scopes.access]``: who may ask for that scope, in place of ``[access]``."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    users: UserIds = frozenset()
    channels: ChannelIds = frozenset()
    user_groups: GroupIds = frozenset()
    admins: Flag | None = None
    """None where the default holds."""
    managers: UserIds | None = None
    """Likewise."""


class ScopeTable(BaseModel):
    """``[[scopes]]``: one organization or space."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    org: ScopeId | None = None
    space: ScopeId | None = None
    alias: Aliases = ()
    region: PublicRegion | None = None
    api_url: SafeUrl | None = None
    token: MondooToken | None = None
    token_env: VariableName | None = None
    service_account: ServiceAccountSource | None = None
    service_account_env: VariableName | None = None
    access: Annotated[AccessTable | None, Form("a table of users, channels, user_groups, admins and managers")] = None


class SubscriptionTable(BaseModel):
    """``[[subscriptions]]``: a digest or an alert for one channel."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    name: SubscriptionName
    channel: Channel
    org: ScopeId | None = None
    space: ScopeId | None = None
    scopes: ScopeReferences = ()
    mode: ModeWord = Mode.DIGEST
    schedule: ScheduleText | None = None
    timezone: Zone | None = None
    categories: Categories = frozenset()
    risks: Risks = frozenset()
    actor: SearchText = ""
    action: SearchText = ""
    resource: SearchText = ""
    text: SearchText = ""
    mention: Group | None = None
    owner: User | None = None
    quiet_note: QuietNote = None


def read(path: Path, problems: list[str]) -> Mapping[str, Any]:
    """What the file says, with ``[access]`` as the variables that it stands for.

    What nothing knows is left out, and what is wrong with it is added to ``problems``.

    Raises:
        SettingsError: it cannot be read, or is no TOML.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"CONFIG_FILE is not TOML: {error}.") from None
    except OSError as error:
        raise SettingsError(f"CONFIG_FILE cannot be read: {error.strerror}.") from error
    variables = [name for _, section in SECTIONS for name in section.model_fields if name != "config_file"]
    access = [name.removeprefix("access_") for name in variables if name.startswith("access_")]
    known = [name for name in variables if not name.startswith("access_")] + [ACCESS, SCOPES, SUBSCRIPTIONS]
    document = _known(document, known, "", problems)
    table = document.pop(ACCESS, {})
    if not isinstance(table, dict):
        problems.append("CONFIG_FILE: access must be a table: write [access] on a line of its own.")
        table = {}
    scopes = _tables(document, SCOPES, problems)
    return {
        **document,
        **{f"access_{key}": value for key, value in _known(table, access, "access.", problems).items()},
        **_from_the_folder(document, "mondoo_service_account", path.parent),
        SCOPES: [{**scope, **_from_the_folder(scope, "service_account", path.parent)} for scope in scopes],
        SUBSCRIPTIONS: _tables(document, SUBSCRIPTIONS, problems),
    }


def _known(table: Mapping[str, Any], known: list[str], inside: str, problems: list[str]) -> dict[str, Any]:
    """The table without the keys that nothing knows."""
    problems += [f"CONFIG_FILE: {unknown(inside, key, known)}" for key in table if key not in known]
    return {key: value for key, value in table.items() if key in known}


def _tables(document: Mapping[str, Any], name: str, problems: list[str]) -> list[dict[str, Any]]:
    tables = document.get(name, [])
    if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
        return tables
    problems.append(f"CONFIG_FILE: {name} must be tables: write [[{name}]] before each.")
    return []


def _from_the_folder(table: Mapping[str, Any], key: str, folder: Path) -> dict[str, str]:
    """The path under a key as seen from the file's folder, where there is one."""
    match table.get(key):
        case str(source) if source and not source.lstrip().startswith("{"):
            return {key: str(folder / Path(source).expanduser())}
        case _:
            return {}
