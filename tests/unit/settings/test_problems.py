"""What is said of settings that are wrong. The sentences are the point: each is written out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import SettingsError
from bot.settings import load
from bot.settings.problems import form_of
from bot.settings.variables import SECTIONS

from .conftest import MONDOO, SLACK, Load

Problems = Callable[..., list[str]]

VARIABLES = {
    ("SLACK_BOT_TOKEN", "xoxp-user"): "SLACK_BOT_TOKEN must be a bot token, which begins with xoxb-.",
    ("SLACK_BOT_TOKEN", "xoxb-…"): "SLACK_BOT_TOKEN must be a bot token, which begins with xoxb-.",
    ("SLACK_APP_TOKEN", "xoxb-1"): "SLACK_APP_TOKEN must be an app-level token, which begins with xapp-.",
    ("SLACK_API_URL", "http://slack.com/api/"): (
        "SLACK_API_URL must be a URL that begins with https:// (http:// for this machine alone), without user name or "
        "#."
    ),
    ("PORT", "web"): "PORT must be a port from 1 to 65535, or 0 for any that is free; “web” is not.",
    ("PORT", "65536"): "PORT must be a port from 1 to 65535, or 0 for any that is free; “65536” is not.",
    ("LISTEN_HOST", "*"): "LISTEN_HOST must be an IP address, such as 127.0.0.1 or 0.0.0.0; “*” is not.",
    ("MONDOO_API_TOKEN", "two words"): (
        "MONDOO_API_TOKEN must be an API token, without spaces, quotes or line breaks."
    ),
    ("MONDOO_REGION", "mars"): "MONDOO_REGION must be us or eu; “mars” is not.",
    ("MONDOO_REGION", "custom"): "MONDOO_REGION must be us or eu; “custom” is not.",
    ("MONDOO_API_URL", "https://me:password@mondoo.example/query"): (
        "MONDOO_API_URL must be a URL that begins with https:// (http:// for this machine alone), without user name or "
        "#."
    ),
    ("MONDOO_PAGE_SIZE", "101"): "MONDOO_PAGE_SIZE must be a number from 1 to 100; “101” is not.",
    ("MONDOO_TIMEOUT", "1h"): "MONDOO_TIMEOUT must be a length of time from 1s to 10m; “1h” is not.",
    ("MONDOO_PATIENCE", "soon"): (
        "MONDOO_PATIENCE must be a length of time from 1s to 10m; “soon” is not a length of time: write a number and a "
        "unit, such as 30m, 24h, 7d or 2w."
    ),
    ("ACCESS_USERS", "U01,@jane"): (
        "ACCESS_USERS must be IDs of people (“Copy member ID” in a profile; U… or W…), separated by commas; “@jane” is "
        "not."
    ),
    ("ACCESS_CHANNELS", "#security"): (
        "ACCESS_CHANNELS must be IDs of channels (at the end of a channel's details; C… or G…), separated by commas; "
        "“#security” is not."
    ),
    ("ACCESS_USER_GROUPS", "U01"): (
        "ACCESS_USER_GROUPS must be IDs of user groups (“Copy group ID” in a group's menu; S…), separated by commas; "
        "“U01” is not."
    ),
    ("ACCESS_ADMINS", "perhaps"): "ACCESS_ADMINS must be true or false; “perhaps” is not.",
    ("LOG_LEVEL", "loud"): "LOG_LEVEL must be debug, info, warning or error; “loud” is not.",
    ("LOG_FORMAT", "xml"): "LOG_FORMAT must be json or console; “xml” is not.",
    ("CONFIG_FILE", "/nowhere.toml"): "CONFIG_FILE cannot be read: No such file or directory.",
    ("MONDOO_SERVICE_ACCOUNT", "/nowhere.json"): (
        "MONDOO_API_TOKEN and MONDOO_SERVICE_ACCOUNT are both set: keep one of them."
    ),
}


@pytest.mark.parametrize(("name", "value"), VARIABLES)
def test_a_variable_that_makes_no_sense_is_named_with_what_to_write(problems: Problems, name: str, value: str) -> None:
    assert problems(SLACK | MONDOO | {name: value})[0] == VARIABLES[name, value]


@pytest.mark.parametrize(
    "url", ["mondoo", "https://", "https://[", "https://x:99999/", "https://x/#a", "https://x/ y", "http://10.0.0.1/q"]
)
def test_a_token_is_sent_to_no_address_that_is_not_safe(problems: Problems, url: str) -> None:
    assert problems(SLACK | MONDOO | {"MONDOO_API_URL": url})[0].startswith("MONDOO_API_URL must be a URL")


def test_all_that_is_missing_is_said_at_once(problems: Problems) -> None:
    assert problems({}) == [
        (
            "MONDOO_API_TOKEN is not set: write an API token of the organization or space, or a service account as "
            "MONDOO_SERVICE_ACCOUNT."
        ),
        "SLACK_APP_TOKEN is not set: write an app-level token for Socket Mode, or set SLACK_SIGNING_SECRET for HTTP.",
        "SLACK_BOT_TOKEN is not set: write the bot's token, from “Install App” in the Slack app's settings.",
    ]
    assert len(problems({}, slack=False)) == 1


def test_a_problem_is_said_once(problems: Problems) -> None:
    environment = {"SLACK_BOT_TOKEN": "oops", "SLACK_APP_TOKEN": "oops", "MONDOO_SERVICE_ACCOUNT": "/nowhere"}
    assert problems(environment) == [
        "MONDOO_SERVICE_ACCOUNT: the service account's file cannot be read: No such file or directory.",
        "SLACK_BOT_TOKEN must be a bot token, which begins with xoxb-.",
        "SLACK_APP_TOKEN must be an app-level token, which begins with xapp-.",
    ]


def test_what_is_wrong_in_the_file_and_out_of_it_is_said_at_once(problems: Problems) -> None:
    toml = "prot = 1\nscopes = 1\n[access]\nuser = []\n[[subscriptions]]\nname = 'x'\nchannel = '#x'\n"
    said = problems({"SLACK_BOT_TOKEN": "oops", "SLACK_SIGNING_SECRET": "s", "LOG_LEVEL": "loud"}, toml=toml)
    assert [line.partition(":")[2].split()[0] if line.startswith("CONFIG") else line.split()[0] for line in said] == [
        "“prot”", "scopes", "“access.user”", "LOG_LEVEL", "MONDOO_API_TOKEN", "SLACK_BOT_TOKEN", "channel",
    ]  # fmt: skip


@pytest.mark.parametrize("toml", ["port = ", None])
def test_a_file_that_cannot_be_read_hides_no_variable_that_makes_no_sense(problems: Problems, toml: str | None) -> None:
    wrong = {"LOG_LEVEL": "loud", "SLACK_BOT_TOKEN": "oops", "CONFIG_FILE": "/nowhere.toml"}
    said = problems(wrong) if toml is None else problems(wrong, toml=toml)
    assert len(said) == 3
    assert said[0].startswith("CONFIG_FILE ")
    assert not any("is not set" in line for line in said)


FILES = {
    "prot = 1": "CONFIG_FILE: “prot” is not a setting: did you mean port?",
    "[acces]": "CONFIG_FILE: “acces” is not a setting: did you mean access?",
    "[access]\nuser = []": "CONFIG_FILE: “access.user” is not a setting: did you mean access.users?",
    "access_users = []": "CONFIG_FILE: “access_users” is not a setting: did you mean access?",
    "zzz = 1": (
        "CONFIG_FILE: “zzz” is not a setting: there are slack_bot_token, slack_app_token, slack_signing_secret, "
        "slack_api_url, port, listen_host, mondoo_api_token, mondoo_service_account, mondoo_region, mondoo_api_url, "
        "mondoo_page_size, mondoo_timeout, mondoo_patience, digest_channel, digest_scopes, digest_categories, "
        "digest_schedule, digest_quiet_note, digest_owner, database_url, poll_interval, collect_overlap, "
        "collect_deep_scan, collect_backfill, collect_retention, failures_before_notice, slack_timeout, log_level, "
        "log_format, access, scopes, subscriptions."
    ),
    "access = 1": "CONFIG_FILE: access must be a table: write [access] on a line of its own.",
    "scopes = 1": "CONFIG_FILE: scopes must be tables: write [[scopes]] before each.",
    "scopes = [1]": "CONFIG_FILE: scopes must be tables: write [[scopes]] before each.",
    "[access]\nusers = 'U01 @jane'": (
        "ACCESS_USERS must be IDs of people (“Copy member ID” in a profile; U… or W…), separated by commas; “@jane” is "
        "not."
    ),
    "[access]\nusers = 5": (
        "ACCESS_USERS must be IDs of people (“Copy member ID” in a profile; U… or W…), separated by commas; “5” is not."
    ),
    "mondoo_timeout = 5": "MONDOO_TIMEOUT must be a length of time from 1s to 10m; “5” is not.",
    "[[scopes]]\norg = 'a'\nregon = 'eu'": "CONFIG_FILE: “regon” of scope 1 is not a setting: did you mean region?",
    "[[scopes]]\norg = 'a'\n[scopes.access]\nusres = []": (
        "CONFIG_FILE: “access.usres” of scope 1 is not a setting: did you mean access.users?"
    ),
    "[[scopes]]\norg = 'a'\n[[scopes]]\norg = '//x'": (
        "CONFIG_FILE: org of scope 2 must be an ID as in the Mondoo Console's address, such as acme-123; “//x” is not."
    ),
    "[[scopes]]\norg = 'a'\nzzz = 1": (
        "CONFIG_FILE: “zzz” of scope 1 is not a setting: there are org, space, alias, region, api_url, token, "
        "token_env, service_account, service_account_env, access."
    ),
    "[[scopes]]\nalias = 'a'": "CONFIG_FILE: scope 1 must have either org or space, with its ID.",
    "[[scopes]]\norg = 'a'\nspace = 'b'": "CONFIG_FILE: scope 1 must have either org or space, with its ID.",
    "[[scopes]]\norg = 'a'\nalias = 'x y'": (
        "CONFIG_FILE: alias of scope 1 must be a word, or a list of words, of letters, digits, dots, hyphens and "
        "underscores; “x y” is not."
    ),
    "[[scopes]]\norg = 'a'\nalias = [1]": (
        "CONFIG_FILE: alias of scope 1 must be a word, or a list of words, of letters, digits, dots, hyphens and "
        "underscores; “1” is not."
    ),
    "[[scopes]]\norg = 'a'\nalias = 'Prod'\n[[scopes]]\norg = 'b'\nalias = 'prod'": (
        "CONFIG_FILE: scopes 1 and 2 have the same alias, prod."
    ),
    "[[scopes]]\norg = 'a'\naccess = 1": (
        "CONFIG_FILE: access of scope 1 must be a table of users, channels, user_groups, admins and managers; “1” is "
        "not."
    ),
    "[[scopes]]\norg = 'a'\n[scopes.access]\nchannels = ['#x']": (
        "CONFIG_FILE: access.channels of scope 1 must be IDs of channels (at the end of a channel's details; C… or "
        "G…), separated by commas; “#x” is not."
    ),
    "[[scopes]]\norg = 'a'\ntoken = 't'\ntoken_env = 'T'": (
        "CONFIG_FILE: scope 1 has token and token_env: keep one of them."
    ),
    "[[scopes]]\norg = 'a'\ntoken_env = 'NOT_SET'": (
        "CONFIG_FILE: scope 1 takes its credentials from NOT_SET, which is not set."
    ),
    "[[scopes]]\norg = 'a'\ntoken_env = 'a-secret-by-mistake'": (
        "CONFIG_FILE: token_env of scope 1 must be the name of an environment variable, in capitals."
    ),
    "[[scopes]]\norg = 'a'\ntoken_env = 'ODD'": (
        "ODD, of CONFIG_FILE: scope 1, must be an API token, without spaces, quotes or line breaks."
    ),
    "[[scopes]]\norg = 'a'\nservice_account = 'nowhere'": (
        "CONFIG_FILE: scope 1: the service account's file cannot be read: No such file or directory."
    ),
    "port = ": "CONFIG_FILE is not TOML: Invalid value (at line 1, column 8).",
}


@pytest.mark.parametrize("toml", FILES)
def test_a_mistake_in_the_toml_file_is_told_with_its_place(problems: Problems, toml: str) -> None:
    assert problems(SLACK | MONDOO | {"ODD": "two words"}, toml=toml + "\n") == [FILES[toml]]


def test_a_scope_needs_credentials_of_its_own_where_there_are_none_for_all(problems: Problems) -> None:
    (said,) = problems(SLACK, toml="[[scopes]]\norg = 'a'\n")
    assert said == (
        "CONFIG_FILE: scope 1 has no credentials: write token_env or service_account for it, or set MONDOO_API_TOKEN "
        "for all."
    )


@pytest.mark.parametrize("content", [b"\xff", b"\x00"])
def test_a_file_that_is_no_text_is_told_as_such(problems: Problems, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd"
    path.write_bytes(content)
    (said,) = problems(SLACK | MONDOO | {"CONFIG_FILE": str(path)})
    assert said.startswith("CONFIG_FILE is not TOML")


def test_a_service_account_that_is_no_text_is_told_as_such(problems: Problems, tmp_path: Path) -> None:
    path = tmp_path / "odd"
    path.write_bytes(b"\xff")
    assert problems(SLACK | {"MONDOO_SERVICE_ACCOUNT": str(path)}) == [
        "MONDOO_SERVICE_ACCOUNT: the service account's file cannot be read: it is not text."
    ]


def test_a_file_of_variables_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere cannot be read: No such file or directory\."):
        load(slack=False, env_file=tmp_path / "nowhere")
    (tmp_path / "odd").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"odd is not text in UTF-8\."):
        load(slack=False, env_file=tmp_path / "odd")


SECRETS = [
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "MONDOO_API_TOKEN",
    "MONDOO_SERVICE_ACCOUNT",
    "MONDOO_API_URL",
    "SLACK_API_URL",
    "DATABASE_URL",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(SECRETS),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).map("hunter2hunter2 {}".format),
)
def test_no_message_shows_a_secret(problems: Problems, name: str, value: str) -> None:
    assert "hunter2" not in "".join(problems({"SLACK_BOT_TOKEN": "xoxb-1", name: value}))


def test_every_variable_has_a_form_and_a_meaning() -> None:
    for _, section in SECTIONS:
        for field in section.model_fields.values():
            assert form_of(field).words
            assert field.description


def test_nothing_of_the_error_that_held_the_secret_is_kept(load_with: Load) -> None:
    with pytest.raises(Exception, match="SLACK_BOT_TOKEN") as caught:
        load_with(MONDOO | {"SLACK_BOT_TOKEN": "hunter2"})
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
