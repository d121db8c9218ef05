"""As whom Mondoo is asked: an API token, or a service account that signs short-lived tokens of its own.

No ``repr`` here shows a secret, and a secret leaves only as a :class:`Bearer`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import msgspec

from bot.domain.errors import SettingsError
from bot.ports import Clock

AGAIN: Final = "Create the service account anew in the Mondoo Console and use the JSON as it is given there."


@dataclass(frozen=True, slots=True, repr=False)
class Bearer:
    """A token, ready to be sent and nothing else."""

    _value: str

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        return f"Bearer {self._value}"

    def redact(self, text: str) -> str:
        """The text without the token, should a server have echoed it."""
        return text.replace(self._value, "[token]")

    def __repr__(self) -> str:
        return "Bearer(hidden)"


class Credentials(Protocol):
    """Something that can prove to Mondoo who is asking."""

    @property
    def api_endpoint(self) -> str:
        """The base address of the API that they are for; empty where they do not say."""

    def bearer(self) -> Bearer:
        """The token to send now."""

    def refused(self, server_time: datetime | None) -> bool:
        """Whether another bearer may fare better, now that the service answered 401 at its ``server_time``."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token that somebody made in the Mondoo Console.

    Raises:
        SettingsError: it is empty or cannot be sent in a header.
    """

    _value: str = field(repr=False)
    api_endpoint: str = ""

    def __post_init__(self) -> None:
        # A header library that refuses a character quotes the whole header: refuse it here, where nothing is quoted.
        if not self._value or not all("!" <= character <= "~" for character in self._value):
            raise SettingsError(
                "The Mondoo API token is empty or holds characters that no token has",
                advice="Copy the token again, without spaces, quotes or line breaks.",
            )

    def bearer(self) -> Bearer:
        """The token itself."""
        return Bearer(self._value)

    def refused(self, server_time: datetime | None) -> bool:  # noqa: ARG002 — the same token again fares no better
        """Never: the same token would be refused again."""
        return False


class _Document(msgspec.Struct):
    mrn: str = ""
    private_key: str = ""
    api_endpoint: str = ""
    token: str = ""


def service_account(text: str, clock: Clock) -> Credentials:
    """The credentials in a service account's JSON: its key, or the ready token that some of them hold.

    Raises:
        SettingsError: the JSON, the key or its curve is not what Mondoo gives out. Nothing of it is quoted.
    """
    try:
        document = msgspec.json.decode(text.encode(errors="replace"), type=_Document)
    except msgspec.ValidationError as error:
        raise SettingsError(f"The Mondoo service account is malformed: {error}", advice=AGAIN) from error
    except msgspec.DecodeError as error:
        raise SettingsError("The Mondoo service account is not JSON", advice=AGAIN) from error
    if document.token and not document.private_key:
        return ApiToken(document.token, document.api_endpoint)
    if not document.mrn or not document.private_key:
        raise SettingsError("The Mondoo service account lacks its mrn or private_key", advice=AGAIN)
    from bot.adapters.mondoo.signing import ServiceAccount, private_key  # noqa: PLC0415 — cryptography loads slowly

    return ServiceAccount(document.mrn, private_key(document.private_key), document.api_endpoint, clock)
