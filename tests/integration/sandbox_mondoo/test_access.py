"""Who may read what, and how often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.sandbox.mondoo import MondooCloud

pytestmark = pytest.mark.asyncio(loop_scope="session")

Ask = Callable[..., Awaitable[httpx.Response]]

ACME = "//captain.api.mondoo.app/organizations/acme-platform"
PRODUCTION = "//captain.api.mondoo.app/spaces/acme-production"
STAGING = "//captain.api.mondoo.app/spaces/acme-staging"
LUMIERE = "//captain.api.mondoo.app/organizations/lumiere-eu"


def code(answer: httpx.Response) -> str | None:
    """Gives the code of the answer's GraphQL error, None if it has none."""
    assert answer.status_code == 200
    body = answer.json()
    if "errors" not in body:
        return None
    assert body["data"] is None
    extensions: dict[str, str] = body["errors"][0]["extensions"]
    return extensions["code"]


def signed(account: dict[str, str], cloud: MondooCloud, **claims: object) -> str:
    """Signs a JWT as a service account does; a claim of None is left out."""
    now = cloud.now
    whole = {
        "sub": account["mrn"],
        "iss": "mondoo/ams",
        "iat": now,
        "nbf": now,
        "exp": now + timedelta(seconds=60),
    } | claims
    kept: dict[str, Any] = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(kept, account["private_key"], algorithm="ES384", headers={"kid": account["mrn"]})


async def test_an_organizations_token_reads_the_organization_and_its_spaces(ask: Ask) -> None:
    token = "sandbox-us-acme-platform"
    assert [code(await ask(mrn, token=token)) for mrn in (ACME, PRODUCTION, STAGING)] == [None, None, None]


async def test_a_spaces_token_reads_that_space_alone(ask: Ask) -> None:
    token = "sandbox-us-acme-production"
    codes = [code(await ask(mrn, token=token)) for mrn in (PRODUCTION, ACME, STAGING)]
    assert codes == [None, "PERMISSION_DENIED", "PERMISSION_DENIED"]


async def test_a_denial_says_so_in_a_200(ask: Ask) -> None:
    answer = await ask(ACME, token="sandbox-us-acme-production")
    assert answer.json()["errors"][0]["message"] == "permission denied"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic sandbox-us-all", "sandbox-us-all"])
async def test_a_missing_or_wrong_token_is_401(client: httpx.AsyncClient, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    answer = await client.post("/query", json={"query": "{ __typename }"}, headers=headers)
    assert answer.status_code == 401
    assert answer.json() == {"code": 16, "message": "request permission unauthenticated"}


async def test_regions_know_neither_each_others_tokens_nor_each_others_scopes(ask: Ask) -> None:
    assert (await ask(ACME, path="/eu/query")).status_code == 401
    assert code(await ask(ACME, path="/eu/query", token="sandbox-eu-all")) == "NOT_FOUND"
    assert code(await ask(LUMIERE, path="/eu/query", token="sandbox-eu-lumiere-eu")) is None


@pytest.mark.parametrize("mrn", ["", "acme-platform", "//captain.api.mondoo.app/users/1", ACME + "/x", f"{ACME} "])
async def test_what_is_no_scopes_mrn_is_invalid_or_not_found(ask: Ask, mrn: str) -> None:
    assert code(await ask(mrn)) in {"INVALID_ARGUMENT", "NOT_FOUND"}


async def test_no_mrn_is_an_invalid_query(ask: Ask) -> None:
    answer = await ask(None)
    assert answer.status_code == 400
    assert "resourceMrn" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("name", "denied"),
    [
        ("acme-platform-key", "//captain.api.mondoo.app/organizations/mondoo-organization-1"),
        ("acme-production-key", ACME),
        ("lumiere-eu-key", ACME),
        ("lumiere-paris-key", LUMIERE),
    ],
)
async def test_a_service_account_signs_its_way_in(
    cloud: MondooCloud, base_url: str, ask: Ask, name: str, denied: str
) -> None:
    account = cloud.service_account(name, base_url)
    path = (account["api_endpoint"] + "/query").removeprefix(base_url)
    assert path == ("/eu/query" if name.startswith("lumiere") else "/query")
    assert code(await ask(account["parent_mrn"], token=signed(account, cloud), path=path)) is None
    assert code(await ask(denied, token=signed(account, cloud), path=path)) in {"PERMISSION_DENIED", "NOT_FOUND"}


async def test_a_service_account_comes_as_mondoo_hands_it_out(cloud: MondooCloud) -> None:
    account = cloud.service_account("acme-production-key", "http://127.0.0.1:8080/")
    assert account["mrn"].startswith("//agents.api.mondoo.app/spaces/acme-production/serviceaccounts/")
    assert account["parent_mrn"] == PRODUCTION
    assert account["api_endpoint"] == "http://127.0.0.1:8080"
    assert account["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
    key = load_pem_private_key(account["private_key"].encode(), None)
    certificate = x509.load_pem_x509_certificate(account["certificate"].encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.curve.name == "secp384r1"
    assert certificate.public_key() == key.public_key()


async def test_each_sandbox_has_keys_of_its_own(cloud: MondooCloud) -> None:
    other = MondooCloud(cloud.now)
    accounts = [each.service_account("acme-platform-key", "http://127.0.0.1") for each in (cloud, other)]
    assert accounts[0]["mrn"] == accounts[1]["mrn"]
    assert accounts[0]["private_key"] != accounts[1]["private_key"]


async def test_a_ready_token_needs_no_signing_and_does_not_end(cloud: MondooCloud, ask: Ask) -> None:
    account = cloud.service_account("acme-platform-token", "http://127.0.0.1")
    assert "private_key" not in account
    assert code(await ask(ACME, token=account["token"])) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": timedelta(seconds=-30), "iat": timedelta(seconds=-90), "nbf": timedelta(seconds=-90)},
        {"nbf": timedelta(seconds=120)},
        {"iat": timedelta(seconds=120)},
        {"exp": timedelta(hours=1)},
        {"iss": "somebody/else"},
        {"sub": "//agents.api.mondoo.app/organizations/acme-platform/serviceaccounts/another"},
        {"exp": None},
        {"iat": None},
        {"nbf": None},
        {"sub": None},
    ],
    ids=str,
)
async def test_a_jwt_that_is_old_early_long_or_foreign_is_401(
    cloud: MondooCloud, ask: Ask, claims: dict[str, Any]
) -> None:
    account = cloud.service_account("acme-platform-key", "http://127.0.0.1")
    shifted = {name: cloud.now + value if isinstance(value, timedelta) else value for name, value in claims.items()}
    assert (await ask(ACME, token=signed(account, cloud, **shifted))).status_code == 401


async def test_a_jwt_signed_with_another_key_or_another_algorithm_is_401(cloud: MondooCloud, ask: Ask) -> None:
    account = cloud.service_account("acme-platform-key", "http://127.0.0.1")
    other = cloud.service_account("acme-production-key", "http://127.0.0.1")
    forged = signed(account | {"private_key": other["private_key"]}, cloud)
    unsigned = jwt.encode({"sub": account["mrn"]}, "", algorithm="none", headers={"kid": account["mrn"]})
    assert (await ask(ACME, token=forged)).status_code == 401
    assert (await ask(ACME, token=unsigned)).status_code == 401


async def test_a_little_difference_between_clocks_is_forgiven(cloud: MondooCloud, ask: Ask) -> None:
    account = cloud.service_account("acme-platform-key", "http://127.0.0.1")
    ahead = cloud.now + timedelta(seconds=5)
    token = signed(account, cloud, iat=ahead, nbf=ahead, exp=ahead + timedelta(seconds=60))
    assert code(await ask(ACME, token=token)) is None


async def test_a_token_that_asks_too_often_is_told_when_to_come_back(cloud: MondooCloud, ask: Ask) -> None:
    cloud.configure(requests_per_minute=2)
    statuses = [(await ask(ACME, first=1)).status_code for _ in range(2)]
    refused = await ask(ACME, first=1)
    another = await ask(ACME, first=1, token="sandbox-us-acme-platform")
    assert [*statuses, refused.status_code, another.status_code] == [200, 200, 429, 200]
    assert 28 <= int(refused.headers["retry-after"]) <= 30


async def test_there_may_be_no_limit_to_asking(cloud: MondooCloud, ask: Ask) -> None:
    cloud.configure(requests_per_minute=1)
    assert [(await ask(ACME, first=1)).status_code for _ in range(2)] == [200, 429]
    cloud.configure(requests_per_minute=None)
    assert [(await ask(ACME, first=1)).status_code for _ in range(3)] == [200, 200, 200]


async def test_no_secret_is_shown_by_mistake(cloud: MondooCloud) -> None:
    for region in cloud.regions.values():
        shown = repr([*region.keys.tokens.values(), *region.keys.accounts.values()])
        assert "sandbox-us-" not in shown
        assert "key=" not in shown
