"""Where Mondoo answers: the query URL of each region, and a URL together with the credentials for it.

Source: https://mondoo.com/docs/maintain/log
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpx
from pyreqwest.http import Url

from bot.adapters.mondoo.credentials import Credentials
from bot.domain.errors import SettingsError
from bot.domain.scopes import Region

QUERY_URLS: Mapping[Region, str] = MappingProxyType(
    {Region.US: "https://api.mondoo.com/query", Region.EU: "https://eu.api.mondoo.com/query"}
)
"""The URL to query in each public region."""

_REGIONS = {"api.mondoo.com": Region.US, "us.api.mondoo.com": Region.US, "eu.api.mondoo.com": Region.EU}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Whom to ask, and as whom.

    Raises:
        SettingsError: the URL is not one to send a token to.
    """

    url: str
    credentials: Credentials

    def __post_init__(self) -> None:
        checked_url(self.url)


def checked_url(text: str) -> str:
    """The URL itself, once it is known to be safe for a token.

    That is https anywhere, or http on the loopback interface, without credentials of its own.

    Raises:
        SettingsError: it is not; the words name the reason and never the URL, which may hold a secret.
    """
    parts = _split(text)
    if not parts.hostname or any(character <= " " or character == "\x7f" for character in text):
        raise _no_url()
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            "Mondoo's URL must not hold a user name or password", advice="The token has a setting of its own."
        )
    if parts.fragment:
        raise SettingsError("Mondoo's URL must not have a part after #")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise SettingsError(
            "Mondoo's URL must begin with https://",
            advice="Plain http:// is for a stand-in on this machine alone (localhost, 127.0.0.1, [::1]).",
        )
    if not _can_be_asked(text):
        raise _no_url()
    return text


def query_url(api_endpoint: str) -> str:
    """The URL to query at an API's base address, such as a service account names.

    Raises:
        SettingsError: the address is not one to send a token to.
    """
    parts = _split(checked_url(api_endpoint))
    path = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=path if path.endswith("/query") else f"{path}/query"))


def region_of(url: str) -> Region:
    """The region that a URL belongs to; one that is not Mondoo's own is custom."""
    return _REGIONS.get(_split(url).hostname or "", Region.CUSTOM)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        # The cause would quote the URL.
        raise _no_url() from None
    return parts


def _no_url() -> SettingsError:
    return SettingsError("Mondoo's URL is not a URL", advice="Write it like https://api.mondoo.com/query.")


def _can_be_asked(text: str) -> bool:
    """Whether both that read it, httpx and what is beneath it, take it for a URL."""
    try:
        httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        return False
    return Url.is_valid(text)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
