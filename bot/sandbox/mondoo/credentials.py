"""Who may read: tokens, and service accounts that sign a short-lived JWT for each request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.sandbox.mondoo.events import rfc3339

ISSUER = "mondoo/ams"
LIFETIME = timedelta(seconds=60)
LEEWAY = timedelta(seconds=10)


class UnauthenticatedError(Exception):
    """The request carries no credential that this server knows."""


@dataclass(frozen=True, slots=True)
class Token:
    """An API token: a name to speak of it, the secret, and the MRNs whose logs it may read."""

    name: str
    secret: str = field(repr=False)
    scopes: frozenset[str]


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """A service account with a key pair of its own, made when the sandbox starts and kept nowhere else.

    Attributes:
        name: To speak of it.
        mrn: Its own MRN.
        parent_mrn: The MRN of the organization or space that it belongs to.
        scopes: The MRNs whose logs it may read.
        since: When it was created.
        holds_token: Whether its file holds a JWT that does not end, in place of a key to sign with.
    """

    name: str
    mrn: str
    parent_mrn: str
    scopes: frozenset[str]
    since: datetime
    holds_token: bool = False
    key: ec.EllipticCurvePrivateKey = field(default_factory=_new_key, repr=False)

    def document(self, api_endpoint: str) -> dict[str, str]:
        """Gives the account's JSON file, as Mondoo hands it out once.

        Source of the fields: https://github.com/mondoohq/mondoo-go.
        """
        secret = {"token": self._token()} if self.holds_token else {"private_key": self._private_key()}
        return {
            "mrn": self.mrn,
            "parent_mrn": self.parent_mrn,
            **secret,
            "certificate": self._certificate(),
            "api_endpoint": api_endpoint,
        }

    def _token(self) -> str:
        claims = {"sub": self.mrn, "iss": ISSUER, "iat": self.since, "nbf": self.since}
        return jwt.encode(claims, self.key, algorithm="ES384", headers={"kid": self.mrn})

    def _private_key(self) -> str:
        encoding, no_encryption = serialization.Encoding.PEM, serialization.NoEncryption()
        return self.key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, no_encryption).decode()

    def _certificate(self) -> str:
        # A common name holds 64 characters at most (RFC 5280, ub-common-name), an MRN is often longer.
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.mrn[-64:])])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.since)
            .not_valid_after(self.since + timedelta(days=3650))
            .sign(self.key, hashes.SHA384())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode()


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a token's or account's name, and the MRNs whose logs it may read."""

    name: str
    scopes: frozenset[str]


class Keyring:
    """The credentials of one region."""

    def __init__(self, tokens: Iterable[Token], accounts: Iterable[ServiceAccount]) -> None:
        self.tokens = {token.name: token for token in tokens}
        self.accounts = {account.name: account for account in accounts}
        self._by_secret = {token.secret: Principal(token.name, token.scopes) for token in self.tokens.values()}
        self._by_mrn = {account.mrn: account for account in self.accounts.values()}

    def principal(self, authorization: str | None, now: datetime) -> Principal:
        """Tells who sent an `Authorization` header.

        Raises:
            UnauthenticatedError: No Bearer, an unknown token, or a JWT that is forged, too old, too early or too long.
        """
        scheme, _, secret = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise UnauthenticatedError("no bearer token")
        known = self._by_secret.get(secret)
        return known or self._signer(secret, now)

    def _signer(self, secret: str, now: datetime) -> Principal:
        try:
            account = self._by_mrn[jwt.get_unverified_header(secret)["kid"]]
            claims = _claims(secret, account)
            issued, begins, ends = (
                datetime.fromtimestamp(claims[name], UTC) if name in claims else now for name in ("iat", "nbf", "exp")
            )
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
            raise UnauthenticatedError("unknown or malformed token") from error
        if claims["sub"] != account.mrn:
            raise UnauthenticatedError("the token's subject is not its key's owner")
        if not max(issued, begins) - LEEWAY <= now <= ends + LEEWAY:
            raise UnauthenticatedError(f"the token is not valid at {rfc3339(now)}")
        if "exp" in claims and ends - issued > LIFETIME + LEEWAY:
            raise UnauthenticatedError(f"the token lives longer than {LIFETIME.total_seconds():.0f} s")
        return Principal(account.name, account.scopes)


def _claims(secret: str, account: ServiceAccount) -> dict[str, Any]:
    required = ["sub", "iss", "iat", "nbf"] if account.holds_token else ["sub", "iss", "iat", "nbf", "exp"]
    return jwt.decode(
        secret,
        account.key.public_key(),
        algorithms=["ES384"],
        issuer=ISSUER,
        options={
            "require": required,
            # Times are judged by the caller: by the sandbox's clock, which is not the machine's.
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
