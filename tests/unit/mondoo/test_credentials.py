"""Tokens are made, renewed and never shown."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.mondoo.credentials import ApiToken, Bearer, Credentials, service_account
from bot.adapters.mondoo.signing import ServiceAccount
from bot.domain.errors import SettingsError

MRN = "//agents.api.mondoo.app/spaces/acme-production/serviceaccounts/2e3NzLkD73yQe7MTJZLw3"
KEY = ec.generate_private_key(ec.SECP384R1())
NOW = datetime(2024, 5, 6, 10, 48, 33, 500_000, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that shows what it is set to."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def pem(key: PrivateKeyTypes) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def document(**changes: object) -> str:
    fields = {
        "mrn": MRN,
        "parent_mrn": "//captain.api.mondoo.app/spaces/acme-production",
        "private_key": pem(KEY),
        "certificate": "-----BEGIN CERTIFICATE-----",
        "api_endpoint": "https://eu.api.mondoo.com",
        "typename": "unknown fields are no error",
    }
    return json.dumps(fields | changes)


def claims(credentials: Credentials) -> dict[str, object]:
    token = credentials.bearer().header.removeprefix("Bearer ")
    decoded: dict[str, object] = jwt.decode(
        token, KEY.public_key(), algorithms=["ES384"], options={"verify_exp": False, "verify_nbf": False}
    )
    return decoded


def test_a_service_account_signs_for_itself_for_sixty_seconds() -> None:
    account = service_account(document(), SetClock())
    issued = int(NOW.timestamp())
    assert claims(account) == {"sub": MRN, "iss": "mondoo/ams", "iat": issued, "nbf": issued, "exp": issued + 60}
    token = account.bearer().header.removeprefix("Bearer ")
    assert jwt.get_unverified_header(token) == {"alg": "ES384", "kid": MRN, "typ": "JWT"}


def test_a_signed_token_is_used_again_until_ten_seconds_before_its_end() -> None:
    clock = SetClock()
    account = service_account(document(), clock)
    first = account.bearer()
    clock.moment = NOW + timedelta(seconds=49.9)
    assert account.bearer() == first
    clock.moment = NOW + timedelta(seconds=50)
    assert account.bearer() != first
    assert claims(account)["iat"] == int(clock.moment.timestamp())


def test_a_clock_set_back_does_not_keep_a_token_from_the_future() -> None:
    clock = SetClock()
    account = service_account(document(), clock)
    account.bearer()
    clock.moment = NOW - timedelta(hours=1)
    assert claims(account)["iat"] == int(clock.moment.timestamp())


def test_after_a_refusal_tokens_are_dated_by_the_services_clock() -> None:
    clock = SetClock()
    account = service_account(document(), clock)
    account.bearer()
    assert account.refused(NOW + timedelta(minutes=5))
    assert claims(account)["iat"] == int((NOW + timedelta(minutes=5)).timestamp())
    clock.moment += timedelta(minutes=1)
    assert claims(account)["iat"] == int((NOW + timedelta(minutes=6)).timestamp())


def test_a_refusal_without_a_time_still_gets_a_fresh_token() -> None:
    clock = SetClock()
    account = service_account(document(), clock)
    first = account.bearer()
    clock.moment += timedelta(seconds=5)
    assert account.refused(None)
    assert account.bearer() != first


def test_a_service_account_tells_where_it_is_at_home() -> None:
    assert service_account(document(), SetClock()).api_endpoint == "https://eu.api.mondoo.com"


def test_a_service_account_may_hold_a_ready_token() -> None:
    ready = service_account(document(private_key="", token="ready"), SetClock())
    assert ready == ApiToken("ready", "https://eu.api.mondoo.com")
    assert ready.bearer().header == "Bearer ready"
    assert not ready.refused(NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not JSON"),
        ("secret-secret", "is not JSON"),
        ('{"mrn": "secret-secret"', "is not JSON"),
        ("\udc80", "is not JSON"),
        ('["secret-secret"]', "malformed: Expected `object`, got `array`"),
        ('{"mrn": 1}', "malformed: Expected `str`, got `int` - at `$.mrn`"),
        ("{}", "lacks its mrn or private_key"),
        (document(mrn=""), "lacks its mrn or private_key"),
        (document(private_key=""), "lacks its mrn or private_key"),
        (document(private_key="secret-secret"), "cannot be read as PEM"),
        (document(private_key=pem(KEY)[:100] + "\n-----END PRIVATE KEY-----"), "cannot be read as PEM"),
        (document(private_key=pem(rsa.generate_private_key(65537, 2048))), "is not an elliptic-curve key"),
        (document(private_key=pem(ec.generate_private_key(ec.SECP256R1()))), "curve P-384, and is on secp256r1"),
        (document(private_key="", token="secret secret"), "holds characters that no token has"),
    ],
)
def test_a_service_account_that_makes_no_sense_is_refused_without_being_quoted(text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        service_account(text, SetClock())
    assert words in str(caught.value)
    assert caught.value.advice
    told = "".join(traceback.format_exception(caught.value))
    assert "secret-secret" not in told.replace(repr(text), "")
    assert "PRIVATE KEY" not in told


@pytest.mark.parametrize("token", ["", "two words", "line\n", '"quoted with ü"', "\x00"])
def test_a_token_that_no_header_can_carry_is_refused_without_being_quoted(token: str) -> None:
    with pytest.raises(SettingsError) as caught:
        ApiToken(token)
    assert not token or token not in str(caught.value)


def test_an_api_token_is_sent_as_it_is() -> None:
    token = ApiToken("made-up")
    assert token.bearer().header == "Bearer made-up"
    assert token.api_endpoint == ""
    assert not token.refused(None)


@given(st.text(alphabet="abc-", min_size=1), st.text(), st.text())
def test_a_token_that_a_server_echoes_is_taken_out(token: str, before: str, after: str) -> None:
    assert Bearer("tkn" + token).redact(f"{before}tkn{token}{after}").count("tkn" + token) == 0


def test_no_repr_shows_a_secret() -> None:
    account = service_account(document(), SetClock())
    assert isinstance(account, ServiceAccount)
    assert repr(account) == f"ServiceAccount('{MRN}')"
    assert "made-up" not in repr(ApiToken("made-up"))
    assert repr(Bearer("made-up")) == "Bearer(hidden)"
    assert "made-up" not in f"{ApiToken('made-up')} {Bearer('made-up')}"
