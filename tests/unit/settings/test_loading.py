from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.domain.access import ChannelId, GroupId, Rule, UserId
from bot.domain.scopes import Region, ScopeKind
from bot.settings.forms import LogLevel
from bot.settings.values import Settings

from .conftest import MONDOO, SLACK, Load

ACCOUNT = {
    "mrn": "//agents.api.mondoo.app/x",
    "private_key": "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END",
    "token": "",
}


def shown(secret: SecretStr | None) -> str:
    assert secret is not None
    return secret.get_secret_value()


def test_the_least_that_the_bot_needs_is_two_tokens_of_slack_and_one_of_mondoo(load_with: Load) -> None:
    settings = load_with()
    assert settings.slack is not None
    assert shown(settings.slack.bot_token) == "xoxb-1-a"
    assert shown(settings.slack.app_token) == "xapp-1-a"
    assert settings.slack.signing_secret is None
    assert (settings.slack.host, settings.slack.port) == ("127.0.0.1", 3000)
    assert settings.slack.api_url == "https://slack.com/api/"
    assert shown(settings.account.token) == "token-of-mondoo"
    assert (settings.account.region, settings.account.api_url) == (None, None)
    assert settings.rule == Rule()
    assert settings.scopes == ()
    assert (settings.mondoo.mondoo_page_size, settings.mondoo.mondoo_timeout) == (100, timedelta(seconds=30))
    assert (settings.logs.log_level, settings.logs.log_format) == (LogLevel.INFO, None)


def test_the_terminal_needs_nothing_of_slack_and_does_not_look_at_it(load_with: Load) -> None:
    settings = load_with(
        MONDOO | {"SLACK_BOT_TOKEN": "xoxp-of-another-tool", "PORT": "web", "ACCESS_USERS": "@jane"}, slack=False
    )
    assert settings.slack is None


def test_socket_mode_comes_first_where_both_ways_are_set(load_with: Load) -> None:
    slack = load_with(SLACK | MONDOO | {"SLACK_SIGNING_SECRET": "0123456789abcdef"}).slack
    assert slack is not None
    assert slack.app_token is not None


def test_every_variable_is_read(load_with: Load) -> None:
    settings = load_with(
        {
            "SLACK_BOT_TOKEN": "xoxb-1-a",
            "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
            "SLACK_API_URL": "http://127.0.0.1:8080/api/",
            "PORT": "0",
            "LISTEN_HOST": "0.0.0.0",
            "MONDOO_API_TOKEN": "t",
            "MONDOO_REGION": "EU",
            "MONDOO_API_URL": "http://[::1]:8080/query",
            "MONDOO_PAGE_SIZE": "25",
            "MONDOO_TIMEOUT": "5s",
            "MONDOO_PATIENCE": "1m30s",
            "ACCESS_USERS": "U01, W02",
            "ACCESS_CHANNELS": "C01 G02,",
            "ACCESS_USER_GROUPS": "S01",
            "ACCESS_ADMINS": "false",
            "ACCESS_MANAGERS": "U01",
            "LOG_LEVEL": "Debug",
            "LOG_FORMAT": "console",
        }
    )
    assert settings.slack is not None
    assert (settings.slack.host, settings.slack.port) == ("0.0.0.0", 0)
    assert settings.slack.api_url == "http://127.0.0.1:8080/api/"
    assert settings.account.region is Region.EU
    assert settings.account.api_url == "http://[::1]:8080/query"
    assert settings.mondoo.mondoo_page_size == 25
    assert (settings.mondoo.mondoo_timeout, settings.mondoo.mondoo_patience) == (
        timedelta(seconds=5),
        timedelta(seconds=90),
    )
    assert settings.rule == Rule(
        users=frozenset({UserId("U01"), UserId("W02")}),
        channels=frozenset({ChannelId("C01"), ChannelId("G02")}),
        groups=frozenset({GroupId("S01")}),
        admins=False,
        managers=frozenset({UserId("U01")}),
    )
    assert (settings.logs.log_level, settings.logs.log_format) == (LogLevel.DEBUG, "console")


def test_an_empty_variable_is_not_set(load_with: Load) -> None:
    settings = load_with(
        SLACK | MONDOO | {"SLACK_SIGNING_SECRET": "", "PORT": "", "CONFIG_FILE": "", "MONDOO_REGION": ""}
    )
    assert settings.slack is not None
    assert settings.slack.port == 3000


def test_the_environment_stands_above_the_file_of_variables_and_that_above_the_toml_file(load_with: Load) -> None:
    toml = 'port = 1\nmondoo_region = "eu"\nlog_level = "debug"\n[access]\nusers = ["U0TOML"]\n'
    settings = load_with(
        SLACK | MONDOO | {"PORT": "3"}, env_file="PORT=2\nLOG_LEVEL=error\nMONDOO_API_TOKEN=other\n", toml=toml
    )
    assert settings.slack is not None
    assert settings.slack.port == 3
    assert settings.logs.log_level is LogLevel.ERROR
    assert settings.account.region is Region.EU
    assert settings.rule.users == {"U0TOML"}
    assert shown(settings.account.token) == "token-of-mondoo"
    assert load_with(SLACK | MONDOO | {"ACCESS_USERS": "U0ENV"}, toml=toml).rule.users == {"U0ENV"}


def test_a_file_named_env_in_the_working_directory_is_not_read(
    load_with: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("MONDOO_API_URL=https://elsewhere.example/query\n")
    monkeypatch.chdir(tmp_path)
    assert load_with().account.api_url is None


@pytest.mark.parametrize("inline", ["the JSON itself", "a path"])
def test_a_service_account_is_given_as_json_or_as_the_path_of_it(load_with: Load, tmp_path: Path, inline: str) -> None:
    text = json.dumps(ACCOUNT)
    (tmp_path / "account.json").write_text(text)
    source = text if inline == "the JSON itself" else str(tmp_path / "account.json")
    settings = load_with(SLACK | {"MONDOO_SERVICE_ACCOUNT": source})
    assert shown(settings.account.service_account) == text
    assert settings.account.has_credentials


def test_a_path_in_the_toml_file_starts_in_its_folder(load_with: Load, tmp_path: Path) -> None:
    (tmp_path / "account.json").write_text("{}")
    toml = 'mondoo_service_account = "account.json"\n[[scopes]]\norg = "a"\nservice_account = "account.json"\n'
    settings = load_with(SLACK, toml=toml)
    assert shown(settings.account.service_account) == "{}"
    assert shown(settings.scopes[0].account.service_account) == "{}"


SCOPES = """
[[scopes]]
org = "acme"
alias = ["prod", "Produktion"]
region = "eu"
token_env = "ACME_TOKEN"
[scopes.access]
users = ["U01"]
channels = ["C01"]
user_groups = ["S01"]

[[scopes]]
space = "zeta"
alias = "z"
api_url = "http://localhost:1/query"
service_account_env = "ZETA_ACCOUNT"
[scopes.access]
admins = true

[[scopes]]
space = "plain"
token = "inline"
"""


def test_scopes_have_their_own_region_credentials_aliases_and_access(load_with: Load) -> None:
    environment = SLACK | {
        "ACME_TOKEN": "acme-token",
        "ZETA_ACCOUNT": '{"token": "zeta-token"}',
        "ACCESS_ADMINS": "false",
    }
    acme, zeta, plain = load_with(environment, toml=SCOPES).scopes
    assert (acme.kind, acme.id, acme.aliases) == (ScopeKind.ORGANIZATION, "acme", ("prod", "Produktion"))
    assert acme.account.region is Region.EU
    assert shown(acme.account.token) == "acme-token"
    assert acme.rule == Rule(
        users=frozenset({UserId("U01")}),
        channels=frozenset({ChannelId("C01")}),
        groups=frozenset({GroupId("S01")}),
        admins=False,
    )
    assert (zeta.kind, zeta.id, zeta.aliases) == (ScopeKind.SPACE, "zeta", ("z",))
    assert zeta.account.api_url == "http://localhost:1/query"
    assert shown(zeta.account.service_account) == '{"token": "zeta-token"}'
    assert zeta.rule == Rule(admins=True)
    assert shown(plain.account.token) == "inline"
    assert plain.rule is None


def test_a_scope_has_managers_of_its_own_or_those_of_all(load_with: Load) -> None:
    toml = "[access]\nmanagers = ['U01']\n[[scopes]]\norg = 'a'\n[scopes.access]\nusers = ['U02']\n"
    rule = load_with(toml=toml).scopes[0].rule
    assert rule is not None
    assert rule.managers == {"U01"}
    rule = load_with(toml=f"{toml}managers = ['U02']\n").scopes[0].rule
    assert rule is not None
    assert rule.managers == {"U02"}


def test_a_token_can_be_named_that_is_in_the_file_of_variables(load_with: Load) -> None:
    toml = '[[scopes]]\norg = "acme"\ntoken_env = "ACME_TOKEN"\n'
    settings = load_with(SLACK, env_file="ACME_TOKEN=from-the-file\n", toml=toml)
    assert shown(settings.scopes[0].account.token) == "from-the-file"
    settings = load_with(SLACK | {"ACME_TOKEN": "nearer"}, env_file="ACME_TOKEN=from-the-file\n", toml=toml)
    assert shown(settings.scopes[0].account.token) == "nearer"


def all_secrets(load_with: Load) -> Settings:
    environment = SLACK | {
        "MONDOO_SERVICE_ACCOUNT": json.dumps(ACCOUNT | {"token": "ready-jwt"}),
        "ACME_TOKEN": "acme-token",
        "ZETA_ACCOUNT": "{no json",
    }
    return load_with(environment, toml=SCOPES)


def test_every_secret_is_known_so_that_it_can_be_kept_out_of_logs(load_with: Load) -> None:
    secrets = all_secrets(load_with).secrets
    assert {"xoxb-1-a", "xapp-1-a", "ready-jwt", "c2VjcmV0", "acme-token", "{no json", "inline"} <= secrets
    assert "" not in secrets
    assert load_with(MONDOO, slack=False).secrets == {"token-of-mondoo"}


@pytest.mark.parametrize("source", ["{}", "{no json", '{"private_key": ""}'])
def test_a_service_account_is_a_secret_whatever_is_in_it(load_with: Load, source: str) -> None:
    assert load_with({"MONDOO_SERVICE_ACCOUNT": source}, slack=False).secrets == {source}


def test_no_secret_is_in_the_repr(load_with: Load) -> None:
    settings = all_secrets(load_with)
    assert not [secret for secret in settings.secrets if secret in repr(settings)]
