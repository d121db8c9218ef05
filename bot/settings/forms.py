"""What values have to look like, and the words for it: the types that the variables are made of."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import Enum
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bot.domain.access import ChannelId, GroupId, UserId
from bot.domain.scopes import Region, is_scope_id
from bot.domain.wording import shown
from bot.settings.checks import Form, beginning, ids, length, lowered, passing


def _is_safe_url(text: str) -> bool:
    """Whether a token may be sent there: https, or http without leaving this machine."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment or any(letter <= " " for letter in text):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return text == "localhost"
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _region(value: Region) -> Region:
    if value is Region.CUSTOM:
        raise ValueError
    return value


def is_alias(text: str) -> bool:
    """Whether a text can be a scope's alias."""
    return re.fullmatch(r"\w[\w.-]*", text) is not None


def _aliases(aliases: tuple[str, ...]) -> tuple[str, ...]:
    for alias in aliases:
        if not is_alias(alias):
            raise ValueError(f"{shown(alias)} is not")
    return aliases


BotToken = Annotated[
    SecretStr, beginning("xoxb-", "xoxe.xoxb-"), Form("a bot token, which begins with xoxb-", secret=True)
]
AppToken = Annotated[SecretStr, beginning("xapp-"), Form("an app-level token, which begins with xapp-", secret=True)]
SigningSecret = Annotated[
    SecretStr,
    beginning(""),
    Form("the app's signing secret, under “Basic Information”, without spaces or quotes", secret=True),
]
MondooToken = Annotated[
    SecretStr, beginning(""), Form("an API token, without spaces, quotes or line breaks", secret=True)
]
ServiceAccountSource = Annotated[
    SecretStr, Form("a service account's JSON, or the path of the file that holds it", secret=True)
]
SafeUrl = Annotated[
    str,
    passing(_is_safe_url),
    Form("a URL that begins with https:// (http:// for this machine alone), without user name or #", secret=True),
]
Address = Annotated[str, passing(_is_address), Form("an IP address, such as 127.0.0.1 or 0.0.0.0")]
Port = Annotated[int, Field(ge=0, le=65535), Form("a port from 1 to 65535, or 0 for any that is free")]
PublicRegion = Annotated[Region, BeforeValidator(lowered), AfterValidator(_region), Form("us or eu")]
PageSize = Annotated[int, Field(ge=1, le=100), Form("a number from 1 to 100")]
Wait = Annotated[timedelta, length("1s", "10m"), Form("a length of time from 1s to 10m")]
USER = "[UW][A-Z0-9]{2,}"
CHANNEL = "[CG][A-Z0-9]{2,}"
GROUP = "S[A-Z0-9]{2,}"
UserIds = Annotated[
    frozenset[UserId],
    NoDecode,
    ids(USER),
    Form("IDs of people (“Copy member ID” in a profile; U… or W…), separated by commas"),
]
ChannelIds = Annotated[
    frozenset[ChannelId],
    NoDecode,
    ids(CHANNEL),
    Form("IDs of channels (at the end of a channel's details; C… or G…), separated by commas"),
]
GroupIds = Annotated[
    frozenset[GroupId],
    NoDecode,
    ids(GROUP),
    Form("IDs of user groups (“Copy group ID” in a group's menu; S…), separated by commas"),
]
Flag = Annotated[bool, Form("true or false")]
ScopeId = Annotated[str, passing(is_scope_id), Form("an ID as in the Mondoo Console's address, such as acme-123")]
VariableName = Annotated[
    str,
    passing(lambda text: re.fullmatch(r"[A-Z][A-Z0-9_]*", text) is not None),
    Form("the name of an environment variable, in capitals", secret=True),
]
Aliases = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    AfterValidator(_aliases),
    Form("a word, or a list of words, of letters, digits, dots, hyphens and underscores"),
]


class LogLevel(Enum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


Level = Annotated[LogLevel, BeforeValidator(lowered), Form("debug, info, warning or error")]
LogFormat = Annotated[Literal["json", "console"], BeforeValidator(lowered), Form("json or console")]
