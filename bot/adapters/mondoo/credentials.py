"""As whom Mondoo is asked: an API token, or a service account that signs short-lived tokens of its own.

No ``repr`` here shows a secret, and a secret leaves only as a :class:`Bearer`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import jwt
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.domain.errors import SettingsError
from bot.ports import Clock

LIFETIME = timedelta(seconds=60)
"""How long a signed token is good for. Source: https://github.com/mondoohq/mondoo-go"""
_MARGIN = timedelta(seconds=10)
_ISSUER = "mondoo/ams"
_AGAIN = "Create the service account anew in the Mondoo Console and use the JSON as it is given there."


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


class ServiceAccount:
    """A Mondoo service account, which signs tokens of 60 seconds and renews them before they end.

    Should the service refuse one, the next is dated by the service's own clock: this machine's may be off by more
    than a token's life.
    """

    def __init__(self, mrn: str, key: EllipticCurvePrivateKey, api_endpoint: str, clock: Clock) -> None:
        self.mrn = mrn
        self.api_endpoint = api_endpoint
        self._key = key
        self._clock = clock
        self._ahead = timedelta()
        self._bearer: Bearer | None = None
        self._renew_at = clock.now()

    def bearer(self) -> Bearer:
        """A token with at least ten seconds left."""
        now = self._clock.now()
        if self._bearer is None or now >= self._renew_at or now < self._renew_at - LIFETIME:
            self._bearer = self._signed(now + self._ahead)
            self._renew_at = now + LIFETIME - _MARGIN
        return self._bearer

    def refused(self, server_time: datetime | None) -> bool:
        """Always: the next token is signed afresh, at the service's time where it said it."""
        if server_time is not None:
            self._ahead = server_time - self._clock.now()
        self._bearer = None
        return True

    def _signed(self, moment: datetime) -> Bearer:
        issued = int(moment.timestamp())
        claims = {
            "sub": self.mrn,
            "iss": _ISSUER,
            "iat": issued,
            "nbf": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
        }
        return Bearer(jwt.encode(claims, self._key, algorithm="ES384", headers={"kid": self.mrn}))

    def __repr__(self) -> str:
        return f"ServiceAccount({self.mrn!r})"


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
        raise SettingsError(f"The Mondoo service account is malformed: {error}", advice=_AGAIN) from error
    except msgspec.DecodeError as error:
        raise SettingsError("The Mondoo service account is not JSON", advice=_AGAIN) from error
    if document.token and not document.private_key:
        return ApiToken(document.token, document.api_endpoint)
    if not document.mrn or not document.private_key:
        raise SettingsError("The Mondoo service account lacks its mrn or private_key", advice=_AGAIN)
    return ServiceAccount(document.mrn, _private_key(document.private_key), document.api_endpoint, clock)


def _private_key(pem: str) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem.encode(errors="replace"), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError("The service account's private key cannot be read as PEM", advice=_AGAIN) from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise SettingsError("The service account's private key is not an elliptic-curve key", advice=_AGAIN)
    if not isinstance(key.curve, SECP384R1):
        raise SettingsError(
            f"The service account's private key must be on curve P-384, and is on {key.curve.name}", advice=_AGAIN
        )
    return key
