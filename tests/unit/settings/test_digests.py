"""The digest of the environment, the subscriptions of the file, and what serves them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from bot.domain.events import Category, Risk
from bot.domain.query import Filters
from bot.domain.schedules import Calendar, Interval
from bot.domain.subscriptions import ALERT_FILTERS, DIGEST_FILTERS, Mode, Origin
from bot.settings import DigestSettings, SubscriptionSettings

from .conftest import MONDOO, SLACK, Load

Problems = Callable[..., list[str]]

LEAST = SLACK | MONDOO | {"DIGEST_CHANNEL": "C01", "DIGEST_SCOPES": "org:acme-123"}
SCOPES = "[[scopes]]\norg = 'acme'\nalias = ['Prod', 'p']\n"
TABLE = f"{SCOPES}[[subscriptions]]\nname = 'owners'\nchannel = 'C02'\n"


def of_environment(load_with: Load, **more: str) -> SubscriptionSettings:
    (digest,) = load_with(LEAST | more).digests.subscriptions
    return digest


def of_file(load_with: Load, *lines: str) -> SubscriptionSettings:
    (subscription,) = load_with(toml=TABLE + "\n".join(lines)).digests.subscriptions
    return subscription


def test_there_is_no_digest_unless_a_channel_is_named(load_with: Load) -> None:
    assert load_with().digests.subscriptions == ()


def test_a_channel_and_a_scope_make_a_digest(load_with: Load) -> None:
    assert of_environment(load_with) == SubscriptionSettings(
        key="environment",
        name="DIGEST_SCOPES",
        origin=Origin.ENVIRONMENT,
        scopes=("org:acme-123",),
        channel="C01",  # type: ignore[arg-type]  # an ID, as Slack writes it
        mode=Mode.DIGEST,
        filters=DIGEST_FILTERS,
        schedule=Interval(timedelta(minutes=15)),
        zone="UTC",
        mention=None,
        owner=None,
        reassure_after=None,
    )


def test_the_digest_of_the_environment_can_be_shaped(load_with: Load) -> None:
    digest = of_environment(
        load_with,
        DIGEST_SCOPES="org:acme-123, space:prod",
        DIGEST_CATEGORIES="Token,space",
        DIGEST_SCHEDULE="09:00 Europe/Berlin",
        DIGEST_QUIET_NOTE="weekly",
        DIGEST_OWNER="U01",
    )
    assert digest.scopes == ("org:acme-123", "space:prod")
    assert digest.filters == Filters(categories=frozenset({Category.TOKEN, Category.SPACE}))
    assert digest.schedule == Calendar((time(9),), "Europe/Berlin")
    assert digest.zone == "Europe/Berlin"
    assert digest.reassure_after == timedelta(weeks=1)
    assert digest.owner == "U01"


def test_a_digest_can_be_of_everything(load_with: Load) -> None:
    assert of_environment(load_with, DIGEST_CATEGORIES="all").filters == Filters()


@pytest.mark.parametrize(("text", "span"), [("off", None), ("daily", timedelta(days=1)), ("3d", timedelta(days=3))])
def test_silence_is_noted_after_so_long(load_with: Load, text: str, span: timedelta | None) -> None:
    assert of_environment(load_with, DIGEST_QUIET_NOTE=text).reassure_after == span


def test_scopes_that_are_not_said_are_all_that_the_settings_name(load_with: Load) -> None:
    environment = SLACK | MONDOO | {"DIGEST_CHANNEL": "C01"}
    assert [each.scopes for each in load_with(environment, toml=TABLE).digests.subscriptions] == [(), ()]


def test_the_digest_of_the_environment_can_be_in_the_file_too(load_with: Load) -> None:
    (digest,) = load_with(toml="digest_channel = 'C01'\ndigest_scopes = ['org:a', 'space:b']\n").digests.subscriptions
    assert (digest.key, digest.scopes) == ("environment", ("org:a", "space:b"))


def test_a_subscription_in_the_file_is_a_digest_of_the_usual_events(load_with: Load) -> None:
    found = of_file(load_with)
    assert (found.key, found.origin, found.name) == ("file:owners", Origin.FILE, "CONFIG_FILE: subscription 1")
    assert (found.mode, found.filters, found.channel) == (Mode.DIGEST, DIGEST_FILTERS, "C02")
    assert (found.schedule, found.zone) == (Interval(timedelta(minutes=15)), "UTC")


def test_an_alert_is_of_high_risks_and_has_no_schedule(load_with: Load) -> None:
    found = of_file(load_with, "mode = 'alert'", "mention = 'S01'", "owner = 'W01'", "timezone = 'europe/berlin'")
    assert (found.mode, found.filters, found.schedule) == (Mode.ALERT, ALERT_FILTERS, None)
    assert (found.mention, found.owner, found.zone) == ("S01", "W01", "Europe/Berlin")


@pytest.mark.parametrize("mode", ["digest", "alert"])
def test_any_filter_takes_the_place_of_the_usual_ones(load_with: Load, mode: str) -> None:
    assert of_file(load_with, f"mode = '{mode}'", "actor = 'jane'").filters == Filters(actor="jane")
    assert of_file(load_with, f"mode = '{mode}'", "categories = 'all'").filters == Filters()
    every = ("action = 'a'", "resource = 'r'", "text = 't'", "categories = ['token']", "risks = 'high,medium'")
    assert of_file(load_with, f"mode = '{mode}'", *every).filters == Filters(
        action="a",
        resource="r",
        text="t",
        categories=frozenset({Category.TOKEN}),
        risks=frozenset({Risk.HIGH, Risk.MEDIUM}),
    )


@pytest.mark.parametrize(
    ("line", "scopes"),
    [
        ("org = 'a-1'", ("org:a-1",)),
        ("space = 's-1'", ("space:s-1",)),
        ("scopes = 'prod'", ("prod",)),
        ("scopes = ['P', 'space:s-1']", ("P", "space:s-1")),
        ("scopes = '//captain.api.mondoo.app/spaces/s-1'", ("//captain.api.mondoo.app/spaces/s-1",)),
    ],
)
def test_scopes_are_named_as_in_commands(load_with: Load, line: str, scopes: tuple[str, ...]) -> None:
    assert of_file(load_with, line).scopes == scopes


def test_a_schedule_is_in_its_own_zone_else_in_the_subscriptions(load_with: Load) -> None:
    berlin, tokyo = "timezone = 'Europe/Berlin'", "Asia/Tokyo"
    assert of_file(load_with, "schedule = '09:00'", berlin).schedule == Calendar((time(9),), "Europe/Berlin")
    both = of_file(load_with, f"schedule = '09:00 {tokyo}'", berlin)
    assert (both.schedule, both.zone) == (Calendar((time(9),), tokyo), "Europe/Berlin")
    assert of_file(load_with, f"schedule = '09:00 {tokyo}'").zone == tokyo


def test_what_serves_digests_has_defaults_that_lose_nothing(load_with: Load) -> None:
    found = load_with(SLACK | MONDOO | {"HOME": "/home/jane"}).digests
    url = found.database_url.get_secret_value()
    assert url.startswith("sqlite:////home/jane/")
    assert url.endswith("/mondoo-audit-bot/digests.db")
    assert found == DigestSettings(
        database_url=found.database_url,
        poll_interval=timedelta(seconds=60),
        overlap=timedelta(minutes=15),
        deep_scan=timedelta(hours=48),
        backfill=timedelta(0),
        retention=timedelta(days=30),
        failures_before_notice=3,
        slack_timeout=timedelta(seconds=10),
        subscriptions=(),
    )


def test_what_serves_digests_can_be_set(load_with: Load) -> None:
    found = load_with(
        SLACK
        | MONDOO
        | {
            "POLL_INTERVAL": "1s",
            "COLLECT_OVERLAP": "1h",
            "COLLECT_DEEP_SCAN": "3d",
            "COLLECT_BACKFILL": "7d",
            "COLLECT_RETENTION": "4d",
            "FAILURES_BEFORE_NOTICE": "1",
            "SLACK_TIMEOUT": "30s",
        }
    ).digests
    assert (found.poll_interval, found.overlap) == (timedelta(seconds=1), timedelta(hours=1))
    assert (found.deep_scan, found.backfill, found.retention) == (
        timedelta(days=3),
        timedelta(days=7),
        timedelta(days=4),
    )
    assert (found.failures_before_notice, found.slack_timeout) == (1, timedelta(seconds=30))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("sqlite:///bot.db", "sqlite:///bot.db"),
        ("sqlite:////data/bot.db", "sqlite:////data/bot.db"),
        ("postgresql://db/bot", "postgresql://db/bot"),
        ("postgres://bot:hunter2@db:5432/bot?sslmode=require", "postgresql://bot:hunter2@db:5432/bot?sslmode=require"),
        ("postgresql:///bot?host=/run/postgresql", "postgresql:///bot?host=/run/postgresql"),
    ],
)
def test_events_are_kept_in_sqlite_or_postgresql(load_with: Load, written: str, kept: str) -> None:
    found = load_with(SLACK | MONDOO | {"DATABASE_URL": written}).digests
    assert found.database_url.get_secret_value() == kept
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://db/bot",
        "bot.db",
        "postgresql:db",
        "postgresql://",
        "postgresql://db:port/bot",
        "postgresql://db/bot#a",
        "postgresql://db/my bot",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///data/",
        "sqlite:///bot.db?mode=ro",
    ],
)
def test_no_other_database_is_taken(problems: Problems, url: str) -> None:
    assert problems(SLACK | MONDOO | {"DATABASE_URL": url}) == [
        "DATABASE_URL must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE."
    ]


def test_the_databases_password_is_a_secret_in_every_spelling(load_with: Load) -> None:
    url = "postgresql://bot:hunter%212@db/bot?password=hunter3"
    secrets = load_with(SLACK | MONDOO | {"DATABASE_URL": url}).secrets
    assert {url, "hunter%212", "hunter!2", "hunter3"} <= secrets
    plain = "sqlite:////data/bot.db"
    assert plain not in load_with(SLACK | MONDOO | {"DATABASE_URL": plain}).secrets


def test_the_terminal_does_not_look_at_digests(load_with: Load) -> None:
    wrong = {"DATABASE_URL": "mysql://", "DIGEST_CHANNEL": "#audit"}
    found = load_with(MONDOO | wrong, toml="[[subscriptions]]\n", slack=False)
    assert found.digests.subscriptions == ()


ENVIRONMENT = {
    ("DIGEST_CHANNEL", "#audit"): (
        "DIGEST_CHANNEL must be the ID of a channel (at the end of its details; C… or G…); “#audit” is not."
    ),
    ("DIGEST_SCOPES", "org:"): (
        "DIGEST_SCOPES must be scopes such as org:acme-123, space:acme-prod or an alias, separated by commas; “org:” "
        "is not."
    ),
    ("DIGEST_SCOPES", "org:a prd"): "DIGEST_SCOPES: there is no alias “prd”: did you mean Prod?",
    ("DIGEST_SCOPES", "zzz"): (
        "DIGEST_SCOPES: there is no alias “zzz”: write an alias from CONFIG_FILE, org:ID or space:ID."
    ),
    ("DIGEST_CATEGORIES", "token,members"): (
        "DIGEST_CATEGORIES must be all, or some of membership, service-account, agent, token, space, policy, "
        "integration, session and other, separated by commas; “members” is not."
    ),
    ("DIGEST_SCHEDULE", "1s"): "DIGEST_SCHEDULE: “1s” is too often: write 5s or longer.",
    ("DIGEST_QUIET_NOTE", "1s"): (
        "DIGEST_QUIET_NOTE must be off, daily, weekly, or a length of time from 1m to 365d; “1s” is not."
    ),
    ("DIGEST_OWNER", "@jane"): (
        "DIGEST_OWNER must be the ID of a person (“Copy member ID” in their profile; U… or W…); “@jane” is not."
    ),
    ("POLL_INTERVAL", "500ms"): (
        "POLL_INTERVAL must be a length of time from 1s to 1d; “500ms” is not a length of time: write a number and a "
        "unit, such as 30m, 24h, 7d or 2w."
    ),
    ("COLLECT_OVERLAP", "0s"): (
        "COLLECT_OVERLAP must be a length of time from 1s to 365d; “0s” is no time at all: write a number and a unit, "
        "such as 30m, 24h, 7d or 2w."
    ),
    ("COLLECT_DEEP_SCAN", "10m"): "COLLECT_DEEP_SCAN must be as long as COLLECT_OVERLAP at the least.",
    ("COLLECT_BACKFILL", "4000d"): "COLLECT_BACKFILL must be off, or a length of time up to 3650d; “4000d” is not.",
    ("COLLECT_RETENTION", "48h"): (
        "COLLECT_RETENTION must be a day longer than COLLECT_DEEP_SCAN at the least, or what is forgotten would be "
        "told again."
    ),
    ("FAILURES_BEFORE_NOTICE", "0"): "FAILURES_BEFORE_NOTICE must be a number from 1 to 1000; “0” is not.",
    ("SLACK_TIMEOUT", "1m"): "SLACK_TIMEOUT must be a length of time from 1s to 30s; “1m” is not.",
}


@pytest.mark.parametrize(("name", "value"), ENVIRONMENT)
def test_a_variable_of_digests_that_makes_no_sense_is_told(problems: Problems, name: str, value: str) -> None:
    assert problems(LEAST | {name: value}, toml=SCOPES) == [ENVIRONMENT[name, value]]


def test_a_digest_without_a_channel_is_told(problems: Problems) -> None:
    environment = SLACK | MONDOO | {"DIGEST_SCHEDULE": "15m"}
    assert problems(environment) == [
        "DIGEST_CHANNEL is not set, but DIGEST_SCHEDULE is: write the ID of the channel to post to."
    ]
    assert problems(environment, toml="digest_owner = 'U01'\n") == [
        "DIGEST_CHANNEL is not set, but DIGEST_SCHEDULE and DIGEST_OWNER are: write the ID of the channel to post to."
    ]


def test_a_digest_of_nothing_is_told(problems: Problems) -> None:
    assert problems(SLACK | MONDOO | {"DIGEST_CHANNEL": "C01"}) == [
        "DIGEST_SCOPES must be set, as no other setting names a scope: write org:ID or space:ID."
    ]
    assert problems(toml="[[subscriptions]]\nname = 'a'\nchannel = 'C01'\n") == [
        (
            "CONFIG_FILE: scopes of subscription 1 must be set, as no other setting names a scope: write org:ID or "
            "space:ID."
        )
    ]


LINES = {
    "chanel = 'C01'": "CONFIG_FILE: “chanel” of subscription 1 is not a setting: did you mean channel?",
    "org = 'a'\nscopes = 'prod'": "CONFIG_FILE: subscription 1 has org and scopes: keep one of them.",
    "scopes = 'prdo'": "CONFIG_FILE: scopes of subscription 1: there is no alias “prdo”: did you mean Prod?",
    "scopes = []": (
        "CONFIG_FILE: scopes of subscription 1 must be scopes such as org:acme-123, space:acme-prod or an alias, "
        "separated by commas; “[]” is not."
    ),
    "mode = 'weekly'": "CONFIG_FILE: mode of subscription 1 must be digest or alert; “weekly” is not.",
    "mode = 'alert'\nschedule = '15m'": (
        'CONFIG_FILE: subscription 1 is an alert, which comes at once: leave schedule out, or write mode = "digest".'
    ),
    "schedule = '1s'": "CONFIG_FILE: schedule of subscription 1: “1s” is too often: write 5s or longer.",
    "schedule = ' '": (
        "CONFIG_FILE: schedule of subscription 1 must be a schedule, such as 15m, 09:00 Europe/Berlin, or five fields "
        "as in cron; “ ” is not."
    ),
    "timezone = 'Europe/Berln'": (
        "CONFIG_FILE: timezone of subscription 1 must be an IANA time zone, such as Europe/Berlin; “Europe/Berln” is "
        "not, but Europe/Berlin is."
    ),
    "risks = []": (
        "CONFIG_FILE: risks of subscription 1 must be all, or some of high, medium and low, separated by commas; “[]” "
        "is not."
    ),
    "actor = ''": "CONFIG_FILE: actor of subscription 1 must be a text to look for, up to 200 characters; “” is not.",
    "mention = '@oncall'": (
        "CONFIG_FILE: mention of subscription 1 must be the ID of a user group (“Copy group ID” in its menu; S…); "
        "“@oncall” is not."
    ),
    "quiet_note = true": (
        "CONFIG_FILE: quiet_note of subscription 1 must be off, daily, weekly, or a length of time from 1m to 365d; "
        "“True” is not."
    ),
    "[[subscriptions]]\nname = 'Owners'\nchannel = 'C01'": (
        "CONFIG_FILE: subscriptions 1 and 2 have the same name, Owners."
    ),
}


@pytest.mark.parametrize("lines", LINES)
def test_a_mistake_in_a_subscription_is_told_with_its_place(problems: Problems, lines: str) -> None:
    assert problems(toml=f"{TABLE}{lines}\n") == [LINES[lines]]


def test_what_a_subscription_lacks_is_told_at_once(problems: Problems) -> None:
    assert problems(toml=f"{SCOPES}[[subscriptions]]\n[[subscriptions]]\nname = ' x'\nchannel = 5\n") == [
        "CONFIG_FILE: name of subscription 1 is missing: write a name, up to 64 characters in one line.",
        (
            "CONFIG_FILE: channel of subscription 1 is missing: write the ID of a channel (at the end of its details; "
            "C… or G…)."
        ),
        "CONFIG_FILE: name of subscription 2 must be a name, up to 64 characters in one line; “ x” is not.",
        (
            "CONFIG_FILE: channel of subscription 2 must be the ID of a channel (at the end of its details; C… or G…); "
            "“5” is not."
        ),
    ]


def test_subscriptions_are_tables(problems: Problems) -> None:
    assert problems(toml="subscriptions = 'owners'\n") == [
        "CONFIG_FILE: subscriptions must be tables: write [[subscriptions]] before each."
    ]
