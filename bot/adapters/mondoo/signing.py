"""A service account, which signs tokens of its own; apart, since few have one and cryptography loads slowly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.adapters.mondoo.credentials import AGAIN, Bearer
from bot.domain.errors import SettingsError
from bot.ports import Clock

LIFETIME: Final = timedelta(seconds=60)
"""How long a signed token is good for. Source: https://github.com/mondoohq/mondoo-go"""
_MARGIN: Final = timedelta(seconds=10)
_ISSUER: Final = "mondoo/ams"


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


def private_key(pem: str) -> EllipticCurvePrivateKey:
    """The key in a PEM text.

    Raises:
        SettingsError: there is none, or none of the kind that Mondoo gives out.
    """
    try:
        key = load_pem_private_key(pem.encode(errors="replace"), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError("The service account's private key cannot be read as PEM", advice=AGAIN) from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise SettingsError("The service account's private key is not an elliptic-curve key", advice=AGAIN)
    if not isinstance(key.curve, SECP384R1):
        raise SettingsError(
            f"The service account's private key must be on curve P-384, and is on {key.curve.name}", advice=AGAIN
        )
    return key
