from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from bot.adapters.mondoo.endpoints import QUERY_URLS
from bot.domain.access import Rule, UserId
from bot.domain.errors import SettingsError, UserError
from bot.domain.scopes import Region, Scope, ScopeKind
from bot.settings import Account, ScopeSettings, Settings
from bot.settings.digests import pipeline
from bot.settings.variables import LogSection, MondooSection, PipelineSection
from bot.wiring.scopes import Scopes, scopes

US, EU = QUERY_URLS[Region.US], QUERY_URLS[Region.EU]
PRIVATE = "https://mondoo.acme.example/query"
EVERYBODY = Rule(users=frozenset({UserId("U01")}))


class StandingClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2024, 5, 6, tzinfo=UTC)


def account(name: str = "MONDOO_API_TOKEN", token: str = "", **more: Any) -> Account:  # noqa: ANN401 — its fields
    return Account(name, token=SecretStr(token) if token else None, **more)


def scope(scope_id: str, own: Account | None = None, *aliases: str, rule: Rule | None = None) -> ScopeSettings:
    return ScopeSettings(ScopeKind.ORGANIZATION, scope_id, aliases, own or account("CONFIG_FILE: scope 1"), rule)


def known(default: Account, *configured: ScopeSettings, rule: Rule = EVERYBODY) -> Scopes:
    digests = pipeline(PipelineSection.defaults(), ())
    settings = Settings(MondooSection.defaults(), default, configured, rule, LogSection.defaults(), None, digests)
    return scopes(settings, StandingClock())


def org(scope_id: str, region: Region = Region.US) -> Scope:
    return Scope(ScopeKind.ORGANIZATION, scope_id, region)


def asked(found: Scopes, wanted: Scope) -> tuple[str, str]:
    """The URL and the token for a scope."""
    endpoint = found.endpoint_of(wanted)
    return endpoint.url, endpoint.credentials.bearer().header.removeprefix("Bearer ")


def private_key() -> str:
    return (
        ec.generate_private_key(ec.SECP384R1())
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def service_account(api_endpoint: str = "") -> SecretStr:
    return SecretStr(json.dumps({"token": "ready", "api_endpoint": api_endpoint}))


def test_one_token_opens_every_scope_that_it_can_reach_in_the_public_regions() -> None:
    found = known(account(token="t"))
    assert found.catalog.open
    assert found.catalog.default_region is Region.US
    assert asked(found, org("any")) == (US, "t")
    assert asked(found, org("any", Region.EU)) == (EU, "t")
    with pytest.raises(UserError, match="no credentials for organization any"):
        found.endpoint_of(org("any", Region.CUSTOM))


def test_the_region_is_the_one_that_the_settings_say() -> None:
    found = known(account(token="t", region=Region.EU))
    assert found.catalog.default_region is Region.EU
    assert asked(found, org("any", Region.EU)) == (EU, "t")


def test_the_token_of_a_private_instance_leaves_for_nowhere_else() -> None:
    found = known(account(token="t", api_url=PRIVATE))
    assert found.catalog.default_region is Region.CUSTOM
    assert asked(found, org("any", Region.CUSTOM)) == (PRIVATE, "t")
    for region in (Region.US, Region.EU):
        with pytest.raises(UserError, match="no credentials"):
            found.endpoint_of(org("any", region))


def test_the_catalog_knows_how_far_the_default_credentials_reach() -> None:
    assert known(account(token="t")).catalog.regions == (Region.US, Region.EU)
    assert known(account(token="t", api_url=PRIVATE)).catalog.regions == (Region.CUSTOM,)
    assert known(account(token="t", region=Region.EU, api_url=PRIVATE)).catalog.regions == (Region.EU,)


def test_a_stand_in_can_take_the_place_of_a_region() -> None:
    found = known(account(token="t", region=Region.EU, api_url=PRIVATE))
    assert found.catalog.default_region is Region.EU
    assert asked(found, org("any", Region.EU)) == (PRIVATE, "t")
    with pytest.raises(UserError, match="no credentials"):
        found.endpoint_of(org("any", Region.US))


def test_the_url_of_a_public_region_is_known_as_such() -> None:
    assert known(account(token="t", api_url=EU)).catalog.default_region is Region.EU


@pytest.mark.parametrize(
    ("api_endpoint", "region", "url"),
    [
        ("https://us.api.mondoo.com", Region.US, US),
        ("https://eu.api.mondoo.com", Region.EU, EU),
        ("https://api.acme.example", Region.CUSTOM, "https://api.acme.example/query"),
        ("", Region.US, US),
    ],
)
def test_a_service_account_knows_where_it_is_at_home(api_endpoint: str, region: Region, url: str) -> None:
    found = known(account(service_account=service_account(api_endpoint)))
    assert found.catalog.default_region is region
    assert asked(found, org("any", region)) == (url, "ready")


def test_what_the_settings_say_stands_above_what_the_service_account_says() -> None:
    found = known(account(region=Region.EU, service_account=service_account("https://us.api.mondoo.com")))
    assert asked(found, org("any", Region.EU)) == (EU, "ready")


def test_a_service_account_with_a_key_signs_its_tokens() -> None:
    document = {"mrn": "//agents.api.mondoo.app/a", "private_key": private_key()}
    found = known(account(service_account=SecretStr(json.dumps(document))))
    assert asked(found, org("any"))[1].count(".") == 2


def test_scopes_have_regions_and_credentials_of_their_own() -> None:
    found = known(
        account(token="t"),
        scope("plain", None, "p", "P2"),
        scope("europe", account("CONFIG_FILE: scope 2", region=Region.EU, token="eu"), "e"),
        scope("private", account("CONFIG_FILE: scope 3", api_url=PRIVATE, token="own"), rule=Rule()),
        scope("elsewhere", account(service_account=service_account("https://eu.api.mondoo.com"))),
        scope("shared", account("CONFIG_FILE: scope 5", region=Region.EU)),
    )
    expected = {
        org("plain"): (US, "t"),
        org("europe", Region.EU): (EU, "eu"),
        org("private", Region.CUSTOM): (PRIVATE, "own"),
        org("elsewhere", Region.EU): (EU, "ready"),
        org("shared", Region.EU): (EU, "t"),
    }
    assert found.catalog.scopes == tuple(expected)
    assert {wanted: asked(found, wanted) for wanted in expected} == expected
    assert found.catalog.aliases == (
        ("p", org("plain")),
        ("P2", org("plain")),
        ("e", org("europe", Region.EU)),
    )
    assert found.policy.rule(org("private", Region.CUSTOM)) == Rule()
    assert found.policy.rule(org("plain")) == EVERYBODY


def test_without_default_credentials_only_what_is_configured_can_be_asked_for() -> None:
    found = known(account(), scope("mine", account("CONFIG_FILE: scope 1", token="own")))
    assert not found.catalog.open
    assert asked(found, org("mine")) == (US, "own")
    with pytest.raises(UserError) as caught:
        found.endpoint_of(org("other"))
    assert "CONFIG_FILE" in caught.value.advice


def test_one_id_can_be_configured_in_each_region() -> None:
    found = known(account(token="t"), scope("a"), scope("a", account("CONFIG_FILE: scope 2", region=Region.EU)))
    assert found.catalog.scopes == (org("a"), org("a", Region.EU))


ELSEWHERE = (
    "CONFIG_FILE: scope 1 is at another URL than the default credentials are for, so it needs its own: write token_env "
    "or service_account for it."
)
BAD: dict[str, tuple[Account, tuple[ScopeSettings, ...], str]] = {
    "the same scope twice": (
        account(token="t"),
        (scope("a"), scope("a", account("CONFIG_FILE: scope 2", region=Region.US))),
        "CONFIG_FILE: scope 2 is the same as another before it: organization a (US).",
    ),
    "a scope elsewhere that would get the default token": (
        account(token="t"),
        (scope("a", account("CONFIG_FILE: scope 1", api_url=PRIVATE)),),
        ELSEWHERE,
    ),
    "a public scope that would get a private token": (
        account(token="t", api_url=PRIVATE),
        (scope("a", account("CONFIG_FILE: scope 1", region=Region.US)),),
        ELSEWHERE,
    ),
    "a scope without any credentials": (account(), (scope("a"),), "CONFIG_FILE: scope 1 has no credentials."),
    "a service account that is none": (
        account("MONDOO_SERVICE_ACCOUNT", service_account=SecretStr("{")),
        (),
        "MONDOO_SERVICE_ACCOUNT: The Mondoo service account is not JSON.",
    ),
    "a service account that is at home at no safe place": (
        account("MONDOO_SERVICE_ACCOUNT", service_account=service_account("http://api.acme.example")),
        (),
        "MONDOO_SERVICE_ACCOUNT, in its api_endpoint: Mondoo's URL must begin with https://.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_contradicts_itself_is_refused_before_the_bot_starts(case: str) -> None:
    default, configured, sentence = BAD[case]
    with pytest.raises(SettingsError) as caught:
        known(default, *configured)
    assert str(caught.value) == sentence


def test_all_that_is_wrong_with_credentials_is_said_at_once() -> None:
    one, two = (account(f"CONFIG_FILE: scope {number}", service_account=SecretStr("{")) for number in (1, 2))
    with pytest.raises(SettingsError) as caught:
        known(account(token="t"), scope("a", one), scope("b", two))
    assert str(caught.value) == (
        "CONFIG_FILE: scope 1: The Mondoo service account is not JSON.\n"
        "CONFIG_FILE: scope 2: The Mondoo service account is not JSON."
    )
    assert caught.value.advice.count("Create the service account anew") == 1
